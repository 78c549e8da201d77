"""Are the libraries of screening there? They come with the extra `screening`, those for catalogues with `catalogue`, and are
loaded when first used.

The plain installation stays light: importing this package loads none of them, and who uses it without them is told
what to install.
"""

from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any


class ScreeningNotInstalled(ImportError):
    """A library of an extra is missing: nothing was screened."""

    code = "screening_not_installed"

    def __init__(self, library: str, extra: str = "screening") -> None:
        self.library, self.extra = library, extra
        super().__init__(
            f"screening needs {library}, which is not installed. Install the extra: pip install 'countermark[{extra}]'"
        )


class Library:
    """A module that is imported when it is first asked for something; raises ScreeningNotInstalled.

    What it was asked for it keeps, so that the second time costs no more than with an import.
    """

    def __init__(self, name: str, extra: str = "screening") -> None:
        self._name, self._extra = name, extra

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(load(self._name, self._extra), attribute)
        setattr(self, attribute, found)
        return found


def load(name: str, extra: str = "screening") -> Any:
    """Import a library of an extra by its name."""
    try:
        return import_module(name)
    except ModuleNotFoundError as fault:
        raise ScreeningNotInstalled(name, extra) from fault


def data_text(library: str, *path: str) -> str:
    """Return a data file that a library carries, as text."""
    load(library)
    return Path(str(files(library).joinpath(*path))).read_text("utf-8")

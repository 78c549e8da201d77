"""Are the libraries of screening there? They come with the extra `screening`, and are loaded when first used.

The plain installation stays light: importing this package loads none of them, and who uses it without them is told
what to install.
"""

from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any


class ScreeningNotInstalled(ImportError):
    """A library of the extra `screening` is missing: nothing was screened."""

    code = "screening_not_installed"

    def __init__(self, library: str) -> None:
        self.library = library
        super().__init__(
            f"screening needs {library}, which is not installed. Install the extra: pip install 'countermark[screening]'"
        )


class Library:
    """A module that is imported when it is first asked for something; raises ScreeningNotInstalled.

    What it was asked for it keeps, so that the second time costs no more than with an import.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(load(self._name), attribute)
        setattr(self, attribute, found)
        return found


def load(name: str) -> Any:
    """Import a library of the extra by its name."""
    try:
        return import_module(name)
    except ModuleNotFoundError as fault:
        raise ScreeningNotInstalled(name) from fault


def data_text(library: str, *path: str) -> str:
    """Return a data file that a library carries, as text."""
    load(library)
    return Path(str(files(library).joinpath(*path))).read_text("utf-8")

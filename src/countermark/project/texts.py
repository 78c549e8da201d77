"""Compiles the translations (.po to .mo) that are newer than their compiled file, without gettext installed.

`python -m countermark.project.texts`; script/bootstrap calls it, so an edited .po shows at the next start.
"""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_texts(folder: Path = LOCALE) -> list[Path]:
    """Compile what is stale under `folder`; return the files written."""
    written = []
    for source in sorted(folder.rglob("*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(compiled))
            written.append(compiled)
    return written


if __name__ == "__main__":
    compile_texts()

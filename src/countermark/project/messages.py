"""Is every text that a person reads collected, and translated into every language we speak?

Collecting is Django's makemessages (xgettext) in a copy of the sources, so that asking changes nothing. The texts that
lower floors keep as data (the catalogue, refusals, packs, calendars) are put beside them for xgettext. A text is good when it
is translated, not fuzzy, and names the same placeholders as its source. Formats of dates name none."""

import fcntl
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import polib
from django.core.management import call_command

from countermark.core import catalogue as core_catalogue
from countermark.core import identity, listing_urls, numbers
from countermark.core.rights import applicability
from countermark.evidence import refusals
from countermark.project import boot  # noqa: F401  makes Django ready
from countermark.project.texts import LOCALE, compile_texts

PACKAGE = LOCALE.parent
LANGUAGES = ("zh_Hans",)  # English is the source
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
HEADER = {
    "Project-Id-Version": "Countermark",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
SAID = ".said.py"  # ends the name of a file that says the texts of the data beside it
PLURALS = {"zh_Hans": "nplurals=1; plural=0;"}  # a language with more forms needs more in `normal`


def catalogue(language: str, locale: Path = LOCALE) -> Path:
    """Return where the texts of a language lie."""
    return locale / language / "LC_MESSAGES" / "django.po"


def collect(package: Path, language: str) -> polib.POFile:
    """Return the catalogue as it should be for the sources of `package`; `package` is changed (pass a copy)."""
    catalogue(language, package / "locale").parent.mkdir(parents=True, exist_ok=True)
    for place, texts in texts_of_data():
        file = package / f"{place}{SAID}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"gettext({text!r})\n" for text in texts), "utf-8")
    with chdir(package):
        call_command(
            "makemessages", locale=[language], no_obsolete=True, add_location="file", no_wrap=True, verbosity=0,
            ignore_patterns=["static/*", "staticfiles/*"],
        )  # fmt: skip
    return normal(polib.pofile(str(catalogue(language, package / "locale")), wrapwidth=0), language)


def texts_of_data() -> Iterator[tuple[str, Iterable[str]]]:
    """Yield where data lies that people read, and its texts."""
    yield "core/catalogue", core_catalogue.all_msgids()
    yield "core/catalogue/identity.toml", identity.all_msgids()
    yield "core/rights/applicability.toml", applicability.all_msgids()
    yield "core/listing_urls/verdicts.py", listing_urls.SENTENCES.values()
    yield "core/numbers/refusals.toml", numbers.texts()
    yield "evidence/refusals.py", refusals.SENTENCES.values()
    procedures = list(_tables("core/procedures"))
    names = [str(table["name"]) for table in procedures if "name" in table]
    yield "core/procedures", [*names, *(said for table in procedures for said in table.get("sources", {}).values())]
    calendars = list(_tables("core/calendars"))
    yield "core/calendars", [" ".join(str(table[key]).split()) for table in calendars for key in ("title", "source")]


def _tables(folder: str) -> Iterator[dict[str, Any]]:
    return (tomllib.loads(file.read_text("utf-8")) for file in sorted((PACKAGE / folder).glob("*.toml")))


def normal(texts: polib.POFile, language: str) -> polib.POFile:
    """Return the catalogue without what changes from run to run: dates, machines, guesses, flags, line numbers."""
    texts.header = ""
    texts.metadata_is_fuzzy = None
    texts.metadata = HEADER | {"Language": language, "Plural-Forms": PLURALS[language]}
    for text in texts:
        if text.fuzzy:  # a guess by likeness: worse than nothing, because it looks done
            text.msgstr, text.msgstr_plural = "", {0: ""} if text.msgid_plural else {}
        if text.msgid_plural:
            text.msgstr_plural = {0: text.msgstr_plural.get(0, "")}
        text.flags, text.previous_msgid, text.previous_msgctxt, text.previous_msgid_plural = [], None, None, None
        text.occurrences = sorted({(place.removeprefix("./").removesuffix(SAID), "") for place, _ in text.occurrences})
    texts.sort(key=lambda text: (text.occurrences, text.msgctxt or "", text.msgid))
    return texts


def faults(texts: polib.POFile) -> Iterator[str]:
    """Name each text that is not translated, or whose translation names other placeholders."""
    for text in texts:
        said = list(text.msgstr_plural.values()) if text.msgid_plural else [text.msgstr]
        if not all(said):
            yield f"not translated: {text.msgid!r} ({text.occurrences[0][0]})"
        elif wrong := _placeholders(*said) - _placeholders(text.msgid, text.msgid_plural):
            yield f"unknown placeholder {', '.join(wrong)}: {text.msgid!r}"
        elif lost := _placeholders(text.msgid_plural or text.msgid) - _placeholders(*said):
            yield f"placeholder {', '.join(lost)} is lost: {text.msgid!r}"


def _placeholders(*texts: str) -> set[str]:
    return {name or other for text in texts for name, other in PLACEHOLDER.findall(text)}


def collected(language: str) -> polib.POFile:
    """Return the catalogue of a language as it should be now; nothing in the repository is changed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, PACKAGE.name)
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.mo", ".lock", "__pycache__", "static"))
        return collect(copy, language)


def check() -> list[str]:
    """Return what is wrong with the catalogues, a line each."""
    wrong = []
    for language in LANGUAGES:
        wanted, there = collected(language), catalogue(language)
        if not there.exists() or _body(polib.pofile(str(there), wrapwidth=0)) != _body(wanted):
            wrong.append(f"{language}: texts are not collected; run script/messages")
        wrong += [f"{language}: {fault}" for fault in faults(wanted)]
    return wrong


def _body(texts: polib.POFile) -> list[tuple[str | None, str, str]]:
    return sorted((text.msgctxt or "", text.msgid, text.msgid_plural) for text in texts if not text.obsolete)


def update(translations: Sequence[Path] = ()) -> None:
    """Collect, take in `translations` (.po files of a translator, the language in their header), write, compile."""
    with _alone():
        for language in LANGUAGES:
            texts = collected(language)
            for file in translations:
                take(texts, polib.pofile(str(file)))
            catalogue(language).parent.mkdir(parents=True, exist_ok=True)
            texts.save(str(catalogue(language)))
            print(f"{language}: {len(texts)} texts, {len(list(faults(texts)))} to mend")
        compile_texts()


def take(texts: polib.POFile, translated: polib.POFile) -> None:
    """Put every translation of `translated` into `texts`; ValueError names a text that no page says."""
    if translated.metadata.get("Language", texts.metadata["Language"]) != texts.metadata["Language"]:
        return
    for entry in translated.translated_entries():
        ours = texts.find(entry.msgid, msgctxt=entry.msgctxt or False)
        if ours is None:
            raise ValueError(f"no page says {entry.msgid!r}; copy the text from the catalogue")
        ours.msgstr, ours.msgstr_plural = entry.msgstr, entry.msgstr_plural


@contextmanager
def _alone() -> Iterator[None]:
    """Two people who collect at the same time take turns."""
    with (LOCALE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    if arguments != ["--check"]:
        update([Path(argument) for argument in arguments])
        return 0
    wrong = check()
    print("\n".join(wrong) or "every text is collected and translated")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

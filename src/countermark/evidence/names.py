"""Under which name is an uploaded file shown? The owner's words stay, in any script; what deceives is dropped."""

import re
import unicodedata

EXTENSIONS = {"application/pdf": (".pdf",), "image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",)}

# Zero-width (non-)joiner: Persian, Hindi and emoji are spelt with them; every other format character only hides or
# turns text.
_JOINERS = "\u200c\u200d"
_RESERVED = re.compile(r'[<>:"|?*]+')  # refused by Windows in names; `"` would also end a header value
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def display_name(raw: str, media_type: str, max_characters: int) -> tuple[str, bool]:
    """Return a safe name ending in an extension true to `media_type`, and whether the extension had to be changed.

    Paths, control characters and direction overrides go (`gnp.exe` turned into `exe.png`); letters of any script stay.
    """
    name = visible(raw)
    allowed = EXTENSIONS[media_type]
    if name.lower().endswith(allowed):
        stem, dot, extension = name.rpartition(".")
        return _cut(stem, dot + extension.lower(), max_characters), False
    stem = _EXTENSION.sub("", name)
    if stem.lower().endswith(allowed):
        stem = stem.rpartition(".")[0]
    return _cut(stem, allowed[0], max_characters), True


def visible(raw: str) -> str:
    """The last part of a path as one line of visible text, NFC; may be empty."""
    last = re.split(r"[/\\]", raw)[-1]
    composed = unicodedata.normalize("NFC", last)
    kept = "".join(" " if unicodedata.category(c)[0] == "Z" else c for c in composed if _is_shown(c))
    return " ".join(_RESERVED.sub("_", kept).split()).lstrip(". ")


def _is_shown(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _cut(stem: str, extension: str, max_characters: int) -> str:
    return (stem[: max_characters - len(extension)].rstrip(". ") or "file") + extension

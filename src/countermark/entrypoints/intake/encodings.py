"""In which encoding is this text written? UTF-8, UTF-16 with or without a mark, GB18030, or that of western Windows."""

from __future__ import annotations

import codecs
import re

from countermark.entrypoints.intake.refused import FileRefused

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
LOOKED_AT = 4096  # bytes that tell UTF-16 by its zeros
_PAIR = re.compile(rb"[\xb0-\xf7][\xa1-\xfe]")  # a character of GB 2312, the Chinese that people type
_HIGH = re.compile(rb"[\x80-\xff]")


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding. FileRefused where no single encoding reads all of it."""
    for mark, codec, name in MARKS:
        if content.startswith(mark):
            return _read(content, codec), name
    if unmarked := _utf16(content[:LOOKED_AT]):
        return _read(content, unmarked), "UTF-16"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as strange:
        _refuse_mixed(content, strange.start)
    return _chinese_or_western(content)


def _read(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as strange:
        row = content[: strange.start].decode(codec, "ignore").count("\n") + 1
        raise FileRefused("encoding_unknown", row=row) from strange


def _utf16(start: bytes) -> str:
    """The codec of UTF-16 without a mark, "" for anything else: in its ASCII every second byte is zero."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 3 < len(start) // 2 or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _refuse_mixed(content: bytes, strange_at: int) -> None:
    """Rows of true UTF-8 beside rows that are none: two files were joined, and either reading would spoil the other's."""
    before = content[: content.rfind(b"\n", 0, strange_at) + 1]
    lines = content.splitlines()
    own = [n for n, line in enumerate(lines, 1) if not line.isascii()]
    utf8 = [n for n in own if _is_utf8(lines[n - 1])]
    if utf8 and _speaks_utf8(lines, utf8):
        row = before.count(b"\n") + 1
        raise FileRefused("mixed_encodings", row=row if utf8[0] < row else utf8[0])


def _speaks_utf8(lines: list[bytes], utf8: list[int]) -> bool:
    """Whether some row is long enough in other characters not to be UTF-8 by chance."""
    return any(len(_HIGH.findall(lines[n - 1])) >= 3 for n in utf8)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _chinese_or_western(content: bytes) -> tuple[str, str]:
    high, paired = len(_HIGH.findall(content)), 2 * len(_PAIR.findall(content))
    if paired * 10 >= high * 8:  # in western text letters with marks stand alone between plain ones
        return _read(content, "gb18030"), "GB18030"
    return _read(content, "cp1252"), "Windows-1252"

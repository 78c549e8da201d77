"""What has a spreadsheet made of a number? It is told, and never undone silently: the digits may be gone."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HASHES = re.compile(r"#{2,}|#(?:NUM|VALUE|REF|N/A|NAME|DIV/0|NULL)[!?]?|1[.,]#INF").fullmatch
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d*)?E[+-]?\d{1,3}").fullmatch
_DECIMAL = re.compile(r"(\d+)[.,]0{1,2}").fullmatch
_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_DATE = re.compile(
    rf"(?:\d{{1,2}}[-/. ]?(?:{_MONTHS})[A-Z]*[-/. ]?(?:\d{{2}}|\d{{4}})?|(?:{_MONTHS})[A-Z]*[-/. ]?\d{{2,4}}"
    r"|\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:T?\d{1,2}:\d{2}(?::\d{2})?(?:[.]\d+)?)?|\d{4}年\d{1,2}月(?:\d{1,2}日)?)"
).fullmatch
_SEPARATED = re.compile(
    r"\s*[;；、，\n\r\t|]+\s*|,\s+|\s+(?=[\d.,-]{6})(?<=\d{6}\s)|\s+(?:and|und|et|y|和|及|or|&)\s+", re.IGNORECASE
)
_DIGITS = re.compile(r"\d{3}")


def mangled(text: str, squeezed: str) -> tuple[str, Mapping[str, str]] | None:
    """The code of what happened and the data of its sentence; None where nothing of the kind shows."""
    shown = {"shown": text.strip()}
    if _HASHES(squeezed):
        return "excel_hashes", shown
    if _SCIENTIFIC(squeezed):
        return "excel_scientific", shown
    if _DATE(squeezed):
        return "excel_date", shown
    if found := _DECIMAL(squeezed):
        return "excel_decimal", {**shown, "near": found[1]}
    several = [part for part in _SEPARATED.split(text) if _DIGITS.search(part)]
    return ("several_numbers", {**shown, "count": str(len(several))}) if len(several) > 1 else None

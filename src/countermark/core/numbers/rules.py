"""What can an expression not say about a number? Check digits, and years of an era.

A rule is given the parts of a number, may add to them, and returns whether the number stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import mul

Parts = dict[str, str]
CHECKS = "0123456789X"
# Weights of the digits, from the left; the sum modulo 11 is the check digit. ZC 0006-2003; reckoned again by the
# examples 200310102344.5 and, eight digits, 95108192.6.
WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
ERAS = {"昭": 1925, "S": 1925, "平": 1988, "H": 1988, "令": 2018, "R": 2018}  # year 1 of the era is the one after
REPUBLIC = 1911  # year 1 of the Republic of China is 1912


def cn_check_digit(digits: str) -> str:
    """The check digit of a Chinese application number of 8 or 12 digits: 0 to 9 or X."""
    return CHECKS[sum(map(mul, digits.encode().translate(_VALUES), WEIGHTS)) % 11]


def has_cn_check_digit(parts: Parts) -> bool:
    """Whether the check digit is the one reckoned from the digits."""
    return cn_check_digit(parts["n"]) == parts["check"]


def dates_by_era(parts: Parts) -> bool:
    """Adds the year of our calendar; there is one for every year of an era."""
    parts["year"] = str(ERAS[parts["era"][0]] + int(parts["of"]))
    return True


def dates_by_republic(parts: Parts) -> bool:
    """Adds the year of our calendar."""
    parts["year"] = str(REPUBLIC + int(parts["of"]))
    return True


RULES: Mapping[str, Callable[[Parts], bool]] = {
    "cn_check_digit": has_cn_check_digit,
    "japanese_year": dates_by_era,
    "minguo_year": dates_by_republic,
}

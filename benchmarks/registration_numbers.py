"""How many registration numbers a second are read, over all offices and kinds?

    script/bench numbers [--numbers 20000] [--pairs 5]

Every form of every office has its share. Four of five numbers are written properly; of the others most carry words, blanks or
full-width digits, and one in twenty of all is wrong: a strange sign, two numbers in one, shortened by a spreadsheet. No two are
the same and nothing is kept from one to the next. The peer is the EAN check of python-stdnum on as many numbers of 13 digits,
of which the same shares carry blanks and dashes or are wrong. What each must answer is known beforehand and compared after
every run. The figure is ours / peer, numbers a second; median of interleaved pairs, CPU time.

(A `numbers.py` in this folder would hide the standard library's from every bench.)
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
from collections.abc import Callable, Iterator
from statistics import median
from time import process_time
from typing import NamedTuple

import stdnum
from stdnum import ean
from stdnum.exceptions import ValidationError

from countermark.core import numbers
from countermark.core.numbers.rules import cn_check_digit

TARGET = 0.5
SPELLED, WRONG = 0.15, 0.05  # shares: written otherwise than properly; no number at all
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


class Given(NamedTuple):
    """A number as written, what is asked about it, and how it must be written properly; "" where it is wrong."""

    text: str
    office: str
    kind: str
    normal: str


# --- the table --------------------------------------------------------------------------------------------------------


def table(count: int, dice: random.Random) -> list[Given]:
    """`count` numbers, every form in turn, none twice."""
    forms, found = numbers.forms_of(None, None), dict[str, Given]()
    turn = 0
    while len(found) < count:
        form = forms[turn % len(forms)]
        turn += 1
        normal = a_number(form, dice)
        read = numbers.check(normal, form.office, form.kind) if normal else None
        if read is not None and read.valid and read.normalised == normal:
            given = Given(*spelled(normal, form, dice))
            found.setdefault(f"{form.office} {form.kind} {given.text}", given)
    return list(found.values())


def a_number(form: numbers.Form, dice: random.Random) -> str:
    """The first example of a form with other digits, its check digit reckoned; "" where they make no such number."""
    changed = "".join(
        str(dice.randrange(10)) if each.isdigit() and dice.random() < 0.8 else each for each in form.good[0][1]
    )
    if form.rule == "cn_check_digit":
        changed = f"{changed[:-1]}{cn_check_digit(changed[:-2])}"
    return changed if form.match(changed) else ""


def spelled(normal: str, form: numbers.Form, dice: random.Random) -> tuple[str, str, str, str]:
    """The number as a person writes it, or changed so that it is none."""
    throw = dice.random()
    if throw < WRONG:
        text = dice.choice([f"{normal}#", f"{normal}; {normal}", f"{dice.randrange(100, 999) / 100}E+{len(normal)}"])
        return text, form.office, form.kind, ""
    ways: list[Callable[[], str]] = [
        lambda: f"No. {normal}",
        lambda: f" {normal} ",
        lambda: " ".join((normal[:4], normal[4:])),
        lambda: normal.translate(WIDE),
        lambda: f"第{normal}号",
    ]
    text = dice.choice(ways)() if throw < WRONG + SPELLED else normal
    return text, form.office, form.kind, normal


def eans(count: int, dice: random.Random) -> list[tuple[str, str]]:
    """As many article numbers with what they must be read as; "" for those that are wrong."""
    return [an_ean(dice) for _ in range(count)]


def an_ean(dice: random.Random) -> tuple[str, str]:
    digits = "".join(dice.choices("0123456789", k=12))
    proper = digits + ean.calc_check_digit(digits)
    throw = dice.random()
    if throw < WRONG:
        return digits + str((int(proper[-1]) + 1) % 10), ""
    written = f"{proper[0]}-{proper[1:7]} {proper[7:]}" if throw < WRONG + SPELLED else proper
    return written, proper


# --- the race ---------------------------------------------------------------------------------------------------------


def ours(given: list[Given]) -> list[str]:
    check = numbers.check
    verdicts = (check(each.text, each.office, each.kind) for each in given)
    return [verdict.normalised if verdict.valid else "" for verdict in verdicts]


def peer(given: list[tuple[str, str]]) -> list[str]:
    return list(_validated(given))


def _validated(given: list[tuple[str, str]]) -> Iterator[str]:
    validate = ean.validate
    for text, _ in given:
        try:
            yield validate(text)
        except ValidationError:
            yield ""


def seconds(name: str, run: Callable[[], list[str]], expected: list[str]) -> float:
    """CPU seconds of one run; its contents are checked when the clock has stopped."""
    begin = process_time()
    read = run()
    took = process_time() - begin
    for number, (found, wanted) in enumerate(zip(read, expected, strict=True)):
        if found != wanted:
            raise SystemExit(f"{name}: number {number} was read as “{found}”, not as “{wanted}”")
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--numbers", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=5)
    asked = parser.parse_args()
    dice = random.Random(4)
    given, articles = table(asked.numbers, dice), eans(asked.numbers, dice)
    gc.collect()
    gc.freeze()
    ratios, times = [], []
    for _ in range(asked.pairs + 1):
        theirs = seconds("stdnum", lambda: peer(articles), [wanted for _, wanted in articles])
        own = seconds("countermark", lambda: ours(given), [each.normal for each in given])
        ratios.append(theirs / own)
        times.append((own, theirs))
    own, theirs = (median(column) for column in zip(*times[1:], strict=True))  # the first pair warms up
    places = {(each.office, each.kind) for each in given}
    print(f"{len(given)} numbers of {len(places)} offices and kinds, median of {asked.pairs} interleaved pairs")
    print(f"countermark.core.numbers              {len(given) / own:>10,.0f} numbers/s")
    print(f"stdnum.ean, python-stdnum {stdnum.__version__:<11} {len(articles) / theirs:>10,.0f} numbers/s")
    figure = median(ratios[1:])
    print(f"numbers: {figure:.2f} (target >= {TARGET:g})")
    return 0 if figure >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())

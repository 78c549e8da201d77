"""How many titles a second are screened against 100,000 marks, compared with only reading them?

    script/bench text [--titles FILE]

FILE has one title a line, the last column where there are several; without it titles are made up. The marks are the brand names
of simple-icons and names made up like them. Every run is cold: nothing is known of any token; the marks are prepared before,
and the time for that is printed. What is measured holds verdict, span, context and score of every match.

The gate is against reading alone, `re.findall(r"\\w+", normalize("NFKC", title).casefold())`, and against a `rapidfuzz`
cdist that holds each distinct word of 10 titles against all marks within two changes. Before the race, what is found in a
sample is compared with the slow reference of the tests, match by match.
"""

from __future__ import annotations

import argparse
import gc
import re
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from unicodedata import normalize

import rapidfuzz
import text_material
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from countermark.matching.answer import Answer
from countermark.matching.fold import fold
from countermark.matching.mark import Mark
from countermark.matching.screen import TextScreen
from countermark.matching.token_text import tokens_of
from matching.slow_reference import Reference
from matching.test_against_the_slow_reference import hits

READING_TARGET, FUZZY_TARGET = 0.15, 300.0
PAIRS = 5
MARKS = 100_000
SAMPLE, SAMPLE_MARKS = 200, 1_000  # titles and marks the slow reference goes through
FUZZY = 10  # titles of one turn of the peer


def read_only(titles: list[str]) -> int:
    """The ceiling: what reading the titles takes when nothing is looked for."""
    return sum(len(re.findall(r"\w+", normalize("NFKC", title).casefold())) for title in titles)


def fuzzy(titles: list[str], names: list[str]) -> int:
    """The peer: every distinct word against every name, two changes at most; returns how many meet."""
    met = 0
    for title in titles:
        found = process.cdist(tokens_of(fold(title)), names, scorer=Levenshtein.distance, score_cutoff=2)
        met += int((found <= 2).sum())
    return met


def timed(run: Callable[[], object]) -> tuple[float, object]:
    begin = process_time()
    result = run()
    return process_time() - begin, result


def cold(screen: TextScreen, titles: list[str]) -> list[Answer]:
    screen.forget()
    return screen.titles(titles)


def compare(marks: list[Mark], titles: list[str]) -> int:
    """Compare a sample with the slow reference; return how many matches were compared."""
    some = marks[: 10 * SAMPLE_MARKS : 10][:SAMPLE_MARKS]
    sample = titles[:: max(1, len(titles) // SAMPLE)][:SAMPLE]
    reference, count = Reference(some), 0
    for title, answer in zip(sample, TextScreen(some).titles(sample), strict=True):
        found, expected = hits(answer), reference.hits(title)
        count += len(expected)
        if found != expected:
            raise SystemExit(f"{title!r}: found {sorted(found - expected)}, missed {sorted(expected - found)}")
    return count


def race(screen: TextScreen, titles: list[str], names: list[str]) -> tuple[list[float], list[float], list[float]]:
    """Return seconds a title of reading, of screening and of the peer, run by turns; the first turn is not counted."""
    expected, rows = cold(screen, titles), []
    gc.collect()
    gc.freeze()  # marks and expected answers are no garbage: no side shall pay for looking through them
    for turn in range(PAIRS + 1):
        reading, _ = timed(lambda: read_only(titles))
        screening, answers = timed(lambda: cold(screen, titles))
        if answers != expected:
            raise SystemExit("two runs over the same titles differ")
        peer, _ = timed(lambda turn=turn: fuzzy(titles[turn * FUZZY :][:FUZZY], names))
        rows.append((reading / len(titles), screening / len(titles), peer / FUZZY))
    return tuple(list(column) for column in zip(*rows[1:], strict=True))


def main() -> int:
    """Print the figures; 0 when both targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--titles", type=Path)
    titles = text_material.titles(parser.parse_args().titles)
    marks = text_material.marks(MARKS)
    compared = compare(marks, titles)
    took, screen = timed(lambda: TextScreen(marks))
    answers = screen.titles(titles)
    names = [fold(mark.text) for mark in marks]
    reading, screening, peer = race(screen, titles, names)
    found = [match.kind for answer in answers for match in answer.matches]
    print(
        f"{len(titles)} titles, {len(marks)} marks prepared in {took:.1f} s; {compared} matches equal to the slow reference"
    )
    print(f"found: {text_material.kinds(found)}; verdicts: {text_material.kinds([one.verdict for one in answers])}")
    rapid = f"rapidfuzz {rapidfuzz.__version__}, cdist"
    for side, times in (("reading alone", reading), ("countermark, cold", screening), (rapid, peer)):
        print(f"{side:<30} {1 / median(times):>12,.0f} titles/s")
    to_reading = median(a / b for a, b in zip(reading, screening, strict=True))
    to_fuzzy = median(a / b for a, b in zip(peer, screening, strict=True))
    print(f"ratio to rapidfuzz: {to_fuzzy:.0f} (target >= {FUZZY_TARGET:g})")
    print(f"text: {to_reading:.3f} (target >= {READING_TARGET:g} of reading alone)")
    return 0 if to_reading >= READING_TARGET and to_fuzzy >= FUZZY_TARGET else 1


if __name__ == "__main__":
    sys.exit(main())

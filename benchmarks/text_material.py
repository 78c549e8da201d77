"""Marks and titles for the benches of text screening: brand names that a package carries, made-up names like them, offers."""

import random
from collections import Counter, defaultdict
from pathlib import Path

import simple_icons_pack
import wordfreq

from countermark.matching.mark import Mark
from countermark.matching.vocabulary import known_words

GOODS = (
    "shoes sneakers watch camera lens case charger cable jacket shirt backpack headphones lamp laptop battery adapter "
    "strap bottle mug perfume wallet sunglasses keyboard mouse monitor speaker tripod boots hoodie bag ring necklace"
).split()
WORDS = "new mens womens vintage black white red leather steel wireless digital mini pro 2 pack for with and 32gb xl size".split()


def brands() -> list[str]:
    """Return the brand names of simple-icons, each once, in order."""
    icons = (getattr(simple_icons_pack, name) for name in dir(simple_icons_pack) if name.startswith("SI_"))
    return sorted({icon.title for icon in icons})


def marks(count: int) -> list[Mark]:
    """Return `count` marks: the brands, then names made up letter by letter as brand names go, one in four of two words."""
    names = dict.fromkeys(brands()[:count])
    maker = NameMaker(list(names))
    while len(names) < count:
        names[maker.name() if maker.dice.random() < 0.75 else f"{maker.name()} {maker.name()}"] = None
    return [Mark(name) for name in names]


class NameMaker:
    """Makes names of the letter triples of given ones; the same every time."""

    def __init__(self, names: list[str]) -> None:
        self.dice = random.Random(20261122)
        self.words = known_words()
        self.next: dict[str, list[str]] = defaultdict(list)
        for name in names:
            padded = f"^^{name.lower()}$"
            for place in range(len(padded) - 2):
                self.next[padded[place : place + 2]].append(padded[place + 2])

    def name(self) -> str:
        """Return a name of five letters and more that is no common word."""
        while True:
            made = "^^"
            while made[-1] != "$" and len(made) < 16:
                made += self.dice.choice(self.next[made[-2:]])
            name = made.strip("^$")
            if len(name) >= 5 and name.isalpha() and name not in self.words:
                return name.title()


def titles(file: Path | None) -> list[str]:
    """Return the titles of a file, one a line, the last column where it has several; made-up ones where none is given."""
    if file is None:
        return made_up_titles(14_000)
    lines = file.read_text("utf-8").splitlines()
    return [title for line in lines[line_of_names(lines[0]) :] if (title := line.split("\t")[-1].strip())]


def line_of_names(first: str) -> int:
    return int(first.split("\t")[-1] == "title")


def made_up_titles(count: int) -> list[str]:
    """Return titles like offers': goods, frequent words, a model number, in seven of ten a brand."""
    dice, names = random.Random(7), brands()
    frequent = wordfreq.top_n_list("en", 5000, wordlist="small")
    return [made_up_title(dice, names, frequent) for _ in range(count)]


def made_up_title(dice: random.Random, names: list[str], frequent: list[str]) -> str:
    brand = [dice.choice(names)] if dice.random() < 0.7 else []
    model = f"{dice.choice('ABDEXZ')}{dice.choice('CKLT')}{dice.randrange(10, 9999)}"
    rest = [*dice.sample(WORDS, 3), *dice.choices(frequent, k=4), model, dice.choice(GOODS)]
    return " ".join([*brand, *rest]).title()


def kinds(found: list[str]) -> str:
    """Return how often each kind was found, the most frequent first."""
    return ", ".join(f"{kind} {count:,}" for kind, count in Counter(found).most_common())

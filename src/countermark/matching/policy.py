"""By which numbers and words is judged? policy.toml, estimates.toml, goods.toml and wording.toml, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from countermark.matching.fold import IS_DENSE, fold


def table(name: str) -> dict[str, Any]:
    """Return one of the TOML tables beside this file."""
    return tomllib.loads((files(__package__) / name).read_text("utf-8"))


POLICY = table("policy.toml")
SHAPE: dict[str, int] = POLICY["shape"]
WORDS: dict[str, Any] = POLICY["words"]
DISGUISES = frozenset(POLICY["disguise"]["kinds"])
VERSION: str = POLICY["version"]
ESTIMATES: dict[str, float] = table("estimates.toml")["probability"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of wording: what it says, where its words stand, how many tokens away at most."""

    says: str
    place: str
    within: int


@dataclass(frozen=True, slots=True)
class Wording:
    """The words around marks: of tokens and of scripts without blanks, each with its rules."""

    of_tokens: dict[str, tuple[Rule, ...]]
    of_dense: dict[str, tuple[Rule, ...]]
    lists: frozenset[str]
    passed: frozenset[str]


@cache
def wording() -> Wording:
    """Return the table of wordings, its words folded."""
    found = table("wording.toml")
    words: dict[str, tuple[Rule, ...]] = {}
    for entry in found["rule"]:
        rule = Rule(entry.pop("says"), entry.pop("place"), entry.pop("within"))
        for word in " ".join(entry.values()).split():
            words[fold(word)] = (*words.get(fold(word), ()), rule)
    dense = {word: rules for word, rules in words.items() if IS_DENSE.search(word)}
    tokens = {word: rules for word, rules in words.items() if word not in dense}
    return Wording(tokens, dense, folded_words(found["list"]["words"]), folded_words(found["list"]["passed"]))


def folded_words(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


@cache
def goods() -> dict[str, frozenset[int]]:
    """Return word -> Nice classes of the goods it names, words folded."""
    classes: dict[str, frozenset[int]] = {}
    for number, words in table("goods.toml")["class"].items():
        for word in folded_words(words):
            classes[word] = classes.get(word, frozenset()) | {int(number)}
    return classes

"""Why is a text no number of this office and kind, and what may be meant?

The likeliest cause is told, with what may be meant where that can be reckoned. Causes are looked for in the order of
`CAUSES`: a spreadsheet mangled it; a sign, the check digit, zeros or a letter are wrong; it belongs elsewhere; it fits nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from countermark.core.numbers.forms import Form, data, forms_of, kinds, offices
from countermark.core.numbers.mangled import mangled
from countermark.core.numbers.reading import Readings, read, read_loosely
from countermark.core.numbers.rules import CHECKS, cn_check_digit
from countermark.core.numbers.squeezing import GROUPED, position_of, squeeze, ungroup, unlabel
from countermark.core.numbers.verdicts import Refused

MOST_OFFICES = 3  # a text that fits more offices than these says nothing about where it comes from
LONGEST_SHOWN = 40  # characters of the input that a sentence repeats
MOST_EXAMPLES = 3
SIGNS = ".,/-"  # that may stand in a number


class Asked(NamedTuple):
    """What was asked. `squeezed`: without blanks; `bare`: without words around it too."""

    text: str
    office: str | None
    kind: str | None
    squeezed: str
    bare: str

    @property
    def forms(self) -> tuple[Form, ...]:
        return forms_of(self.office, self.kind)

    @property
    def is_bare(self) -> bool:
        """Whether it is digits alone, in groups or not: they say nothing of the office or kind they come from."""
        return self.bare.isdigit() or GROUPED(self.bare) is not None

    @property
    def shown(self) -> str:
        text = self.text.strip()
        return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"

    def refused(
        self, code: str, said: Mapping[str, str | tuple[str, ...]], near: Readings = (), position: int | None = None
    ) -> Refused:
        there = {"near": near[0].normalised} if near else {}
        return Refused(self.text, code, {**said, **there, "shown": self.shown}, position, near)


def diagnose(text: str, office: str | None, kind: str | None) -> Refused:
    """Say why a text that no form reads is no number."""
    if len(text) > (most := data("kinds")["longest"]):
        return Refused(text, "too_long", {"length": str(len(text)), "most": str(most)})
    squeezed = squeeze(text)
    if not squeezed:
        return Refused(text, "empty", {})
    asked = Asked(text, office, kind, squeezed, unlabel(squeezed, office)[0])
    return next(found for cause in CAUSES if (found := cause(asked)))


def _mangled(asked: Asked) -> Refused | None:
    if (found := mangled(asked.text, asked.squeezed)) is None:
        return None
    code, said = found
    near = _near(asked, said.get("near", "")) or _padded(asked, said.get("near", ""))
    return asked.refused(code, said, near) if near or code != "excel_decimal" else None


def _near(asked: Asked, squeezed: str) -> Readings:
    return tuple(read(squeezed, asked.forms))


def _padded(asked: Asked, bare: str) -> Readings:
    """What it would be with zeros in front, of the whole or of its parts, the fewest that help."""
    longest = max((sum(form.widths) or form.most for form in asked.forms), default=0) if bare else 0
    tried = ["0" * more + bare for more in range(1, longest - len(bare) + 1)]
    tried += [wider for form in asked.forms for wider in _widened(bare, form.widths)]
    return next((near for text in tried if (near := _near(asked, text))), ())


def _check_digit(asked: Asked) -> Refused | None:
    for form in asked.forms:
        if form.rule == "cn_check_digit" and (found := form.match(asked.bare) or form.match(ungroup(asked.bare))):
            last = position_of(asked.text, asked.squeezed.rfind(found["check"]))
            return asked.refused(
                "check_digit", {"expected": cn_check_digit(found["n"]), "given": found["check"]}, (), last
            )
    return None


def _check_digit_missing(asked: Asked) -> Refused | None:
    bare = ungroup(asked.bare).removesuffix(".")
    for check in CHECKS:
        if near := tuple(each for each in read(bare + check, asked.forms) if each.form.rule == "cn_check_digit"):
            return asked.refused("check_digit_missing", {}, near)
    return None


def _comparable(asked: Asked) -> Refused | None:
    if asked.office is None:
        return None
    for rule in offices()[asked.office].comparable:
        for form in (each for office in offices().values() for each in office.forms if each.id == rule.of):
            for other in read(asked.bare, [form]):
                meant = rule.prefix + other.normalised.replace("-", "")[rule.drop :]
                if near := _near(asked, meant):
                    return asked.refused("comparable", {"is": f"{other.office} {other.normalised}"}, near)
    return None


def _zeros_lost(asked: Asked) -> Refused | None:
    near = _padded(asked, asked.bare)
    return asked.refused("zeros_lost", {}, near) if near else None


def _widened(text: str, widths: tuple[int, ...]) -> Iterator[str]:
    parts = text.split("-")
    if len(parts) == len(widths) and all(part.isdigit() for part in parts):
        yield "-".join(part.zfill(width) for part, width in zip(parts, widths, strict=True))


def _zeros_added(asked: Asked) -> Refused | None:
    near = _near(asked, asked.bare.lstrip("0")) if asked.bare.startswith("0") else ()
    return asked.refused("zeros_added", {}, near) if near else None


def _letter_for_digit(asked: Asked) -> Refused | None:
    alike = data("kinds")["look_alike"]
    for letter in dict.fromkeys(each for each in asked.bare if each in alike):
        if near := _near(asked, asked.bare.replace(letter, alike[letter])):
            where = position_of(asked.text, asked.squeezed.find(letter))
            return asked.refused("letter_for_digit", {"letter": letter}, near, where)
    every = asked.bare.translate(str.maketrans(alike))
    first = next((letter for letter in asked.bare if letter in alike), "")
    near = _near(asked, every) if first else ()
    return asked.refused("letter_for_digit", {"letter": first}, near) if near else None


def _other_kind(asked: Asked) -> Refused | None:
    if asked.kind is None or asked.is_bare or not (near := tuple(read_loosely(asked.squeezed, asked.office, None))):
        return None
    names = dict.fromkeys(kinds()[each.kind] for each in near)
    return asked.refused("other_kind", {"is": tuple(names)}, near)


def _other_office(asked: Asked) -> Refused | None:
    if asked.office is None or asked.is_bare:
        return None
    near = tuple(read_loosely(asked.squeezed, None, asked.kind) or read_loosely(asked.squeezed, None, None))
    known = dict.fromkeys(each.office for each in near)
    if not 0 < len(known) <= MOST_OFFICES:
        return None
    return asked.refused("other_office", {"is": tuple(known)}, near)


def _too_many_digits(asked: Asked) -> Refused | None:
    most = max((form.most for form in asked.forms), default=0)
    digits = ungroup(asked.bare)
    if not (digits.isdigit() and 0 < most < len(digits)):
        return None
    return asked.refused("too_many_digits", {"count": str(len(digits)), "most": str(most)})


def _strange_character(asked: Asked) -> Refused | None:
    for character in asked.bare:
        if not (character.isalnum() or character in SIGNS or character in data("kinds")["look_alike"]):
            where = position_of(asked.text, asked.squeezed.find(character))
            return asked.refused("strange_character", {"letter": character}, (), where)
    return None


def _no_form(asked: Asked) -> Refused:
    examples = dict.fromkeys(form.good[0][1] for form in asked.forms if "registration" in form.what)
    return asked.refused("no_form", {"examples": ", ".join(list(examples)[:MOST_EXAMPLES]) or "—"})


CAUSES: tuple[Callable[[Asked], Refused | None], ...] = (
    _mangled,
    _strange_character,
    _check_digit,
    _check_digit_missing,
    _comparable,
    _zeros_lost,
    _zeros_added,
    _letter_for_digit,
    _other_kind,
    _other_office,
    _too_many_digits,
    _no_form,
)

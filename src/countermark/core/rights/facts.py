"""What do the rules see of an IP right, of a mandate, and of where a marketplace sells?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RightFacts:
    """The IP right as it stands now. `territory`: a code, or several separated by spaces; `name`: the mark or work."""

    id: str
    kind: str
    office: str
    territory: str
    number: str = ""
    owner: str = ""
    state: str = "draft"
    expires_on: date | None = None
    classes: tuple[int, ...] = ()
    brand: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class MandateFacts:
    """What an agent may do for the owner: by which powers, on which kinds of right and which rights, where, from when to when.

    "*" stands for all. `principal` is whose rights "all" means; "" where the mandate was shown with one right. `parent` is the
    mandate a sub-mandate was passed on from, None for one the owner gave. The rules that read this are in
    `core/rights/mandate.py`.
    """

    id: str
    right_kinds: tuple[str, ...] = ("*",)
    rights: tuple[str, ...] = ("*",)
    verified: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    principal: str = ""
    marketplaces: tuple[str, ...] = ("*",)
    powers: tuple[str, ...] = ("file", "answer", "withdraw", "settle")
    revoked: bool = False
    may_delegate: bool = False
    parent: MandateFacts | None = None

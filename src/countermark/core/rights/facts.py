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
    """What an agent may do for the owner: on which kinds of right and which rights ("*" = all), from when to when."""

    id: str
    right_kinds: tuple[str, ...] = ("*",)
    rights: tuple[str, ...] = ("*",)
    verified: bool = True
    starts_on: date | None = None
    ends_on: date | None = None

    def covers(self, right: RightFacts) -> bool:
        return not {"*", right.kind}.isdisjoint(self.right_kinds) and not {"*", right.id}.isdisjoint(self.rights)

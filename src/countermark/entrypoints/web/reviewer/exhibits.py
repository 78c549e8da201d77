"""What lies on the bench: the right, the frozen copy with the mark found in it, what each side says, what the reason asks for?"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext

from countermark.apps.complaints.selectors import CaseView, TrailEntry
from countermark.apps.complaints.words import goods_in_words, rule_words
from countermark.apps.rights.selectors import mandate_in
from countermark.apps.rights.words import kind_title, office_title, state_said
from countermark.apps.work import moments
from countermark.core import catalogue
from countermark.core.notice import goods_of
from countermark.core.rights.applicability import applies
from countermark.entrypoints.steps_offered import frozen_facts, plainly_met, territory_said
from countermark.entrypoints.web.reviewer.panel import Typed


class Part(NamedTuple):
    """A stretch of text; `is_mark` where it repeats the mark."""

    text: str
    is_mark: bool


@dataclass(frozen=True)
class Check:
    """What a reviewer finds met: plainly so (`why` says from what), or left to their judgement."""

    id: str
    text: str
    why: str
    is_ticked: bool


@dataclass(frozen=True)
class Voice:
    """What one side said: who, when, in which words, on which ground, with which papers."""

    who: str
    at: Any
    title: str
    text: Any
    ground: str
    files: tuple[Any, ...]
    is_seller: bool


def marked(text: str, mark: str) -> list[Part]:
    """The text taken apart where it repeats the mark, whatever the case of its letters."""
    words = [re.escape(word) for word in mark.split() if len(word) > 1 or not word.isascii()]
    if not words:
        return [Part(text, False)]
    whole = re.escape(mark.strip())
    pieces = re.split(f"({'|'.join([whole, *words])})", text, flags=re.IGNORECASE)
    return [Part(piece, position % 2 == 1) for position, piece in enumerate(pieces) if piece]


def right_facts(view: CaseView) -> list[tuple[str, str]]:
    """The right as it stood at filing, as (label, value); of a guest what was said about it, which nobody has verified."""
    frozen, right = view.notice.right_frozen, view.notice.right
    if not frozen:
        said = view.notice.facts
        named = [(gettext("Owner"), said.get("right_owner", "")), (gettext("Number"), said.get("right_number", ""))]
        return [(label, str(value)) for label, value in named if value]
    rows = [
        (gettext("Kind"), kind_title(frozen.get("kind", ""))),
        (gettext("Name"), frozen.get("name") or ""),
        (gettext("Number"), " ".join(str(frozen[p]) for p in ("office", "number") if frozen.get(p))),
        (gettext("Office"), office_title(frozen.get("office", "")) if frozen.get("office") else ""),
        (gettext("Owner"), frozen.get("owner") or ""),
        (gettext("Classes"), moments.joined(str(n) for n in frozen.get("classes") or ())),
        *goods_said(view),
        (gettext("Territory"), territory_said(frozen.get("territory") or "")),
        (gettext("In force"), _in_force(view)),
    ]
    if right is not None and right.verified_at:
        rows.append((gettext("Verified"), moments.day(right.verified_at.date())))
    return [(label, str(value)) for label, value in rows if value]


def goods_said(view: CaseView) -> list[tuple[str, str]]:
    """The classes the complainant takes the goods for, and the rule that makes the right doubtful for them."""
    goods, frozen = goods_of(view.notice.facts), view.notice.right_frozen
    right = frozen_facts(frozen, classes=tuple(frozen.get("classes") or ()))
    applied = applies(right, view.notice.marketplace.territory, goods=goods)
    doubt = rule_words(applied.rule.id, applied.data)[0] if applied.rule.id == "other_class" else ""
    said = gettext("Class of the goods, as the complainant says")
    return [(said, goods_in_words(view.notice)), (gettext("Doubtful for these goods"), doubt)]


def _in_force(view: CaseView) -> str:
    ends = view.notice.right_frozen.get("expires_on")
    right = view.notice.right
    if right is not None and right.state != "approved":
        return state_said(right.state).word
    if not ends:
        return ""
    return (
        gettext("until %(day)s") % {"day": moments.day(right.expires_on)} if right and right.expires_on else str(ends)
    )


def complainant(view: CaseView) -> list[str]:
    """Who complains, in which role, and by which mandate."""
    notice = view.notice
    roles = {
        "right_holder": gettext("%(name)s, owner of the right."),
        "agent": gettext("%(name)s, agent of the owner."),
        "guest": gettext("%(name)s, without an account."),
    }
    said = [roles.get(notice.filer_role, "%(name)s") % {"name": notice.filer_name}]
    if notice.right is None or notice.filer_role != "agent" or notice.mandate is not None:
        return said  # a registered mandate is said by `mandate_shown.under`
    mandate = mandate_in(notice.right, view.documents)
    if mandate is not None and mandate.ends_on:
        said.append(gettext("Mandate until %(day)s.") % {"day": moments.day(mandate.ends_on)})
    elif mandate is not None:
        said.append(gettext("Mandate without an end."))
    return said


# --- what each side says --------------------------------------------------------------------------------------------------


def voices(view: CaseView) -> list[Voice]:
    """What the parties said, the complaint first."""
    first = Voice(
        who=view.complainant_name,
        at=view.notice.submitted_at,
        title=view.reason_title,
        text=view.statement,
        ground="",
        files=tuple(each.file for each in view.evidence),
        is_seller=False,
    )
    return [first, *(_voice(view, entry) for entry in view.trail if _speaks(entry))]


def _speaks(entry: TrailEntry) -> bool:
    return entry.counter is not None or bool(entry.text or entry.files)


def _voice(view: CaseView, entry: TrailEntry) -> Voice:
    counter = entry.counter
    grounds = catalogue.load().counter_grounds
    ground = gettext(grounds[counter.ground].title) if counter and counter.ground in grounds else ""
    return Voice(
        who=view.seller_name if counter else "",
        at=entry.at,
        title=entry.title,
        text=entry.text,
        ground=ground,
        files=tuple(entry.files),
        is_seller=counter is not None,
    )


# --- what the reason asks for ---------------------------------------------------------------------------------------------


def checks(view: CaseView, typed: Typed) -> list[Check]:
    """What the reason asks for: what the rows themselves show is ticked, the rest is left to judge."""
    known = catalogue.load().checks
    plain = dict(plainly_met(view))
    ticked = typed.checks if typed.checks is not None else frozenset(plain)
    return [Check(each, gettext(known[each]), plain.get(each, ""), each in ticked) for each in view.reason.checks]

"""What can be chosen, as data: where notices can be sent, for which reasons, what a right is asked; and links judged beforehand.

Enough for a program to draw a form of its own, and to know what will be refused before it sends it.
"""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import AGENT, COMPLAINANTS, EVERY_ROLE
from countermark.apps.complaints import offers
from countermark.apps.complaints.intake import NoticeDefective
from countermark.apps.complaints.pasted import counted, read_pasted
from countermark.apps.parties.models import Marketplace
from countermark.apps.rights.models import Right
from countermark.core import catalogue
from countermark.core.catalogue import Asked as Question
from countermark.core.catalogue import Reason, RightKind
from countermark.core.defect import Defect
from countermark.core.procedure import Procedure
from countermark.entrypoints.api.codes import Id, Link, Mode, Slug, one_each
from countermark.entrypoints.api.codes import RightKind as KindOfRight
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Shown, Strict, Whole
from countermark.entrypoints.api.v1.notice_shown import Counted, LineShown, lines_shown

router = ApiRouter(tags=["choices"])


class Coded(Shown):
    """A code with its words."""

    code: str
    label: str


class Offered(Shown):
    """A procedure a marketplace offers, and what it has the complainant declare and sign."""

    id: str
    name: str
    declarations: list[Coded]
    signature: bool
    right_kinds: list[str] = Field(description="The kinds of right it takes; empty: all.")


class FilingPlace(Shown):
    """A marketplace a notice can be sent to. Its first procedure is the usual one."""

    slug: str
    name: str
    territory: str
    zone: str
    most_lines: int
    procedures: list[Offered]


@router.get("/filing-places", response=Whole[FilingPlace])
@api_door(roles=COMPLAINANTS, scope="marketplaces:read", example=Example("rights_holder"))
def list_filing_places(request: HttpRequest) -> dict[str, Any]:
    """List the marketplaces a notice can be sent to, each with the procedures it offers the caller."""
    found = offers.places(is_agent=caller_of(request).role == AGENT)
    items = [
        {
            **{name: getattr(place.row, name) for name in ("slug", "name", "territory", "zone")},
            "most_lines": catalogue.load().number("max_lines"),
            "procedures": [_offered(each) for each in place.procedures],
        }
        for place in found
    ]
    return {"items": items}


def _offered(procedure: Procedure) -> dict[str, Any]:
    kinds = procedure.serves.get("rights", ())
    return {
        "id": procedure.id,
        "name": gettext(procedure.name),
        "declarations": [{"code": each.id, "label": gettext(each.text)} for each in offers.declared(procedure)],
        "signature": "signature" in procedure.needs.get("notice", ()),
        "right_kinds": [] if "*" in kinds else list(kinds),
    }


class ReasonsAsked(Strict):
    """How the list of reasons is narrowed."""

    right_kind: KindOfRight | None = None
    mode: Mode | None = None
    marketplace: str = Field("", max_length=80, description="Its slug: reasons its law does not give are left out.")


class ReasonShown(Shown):
    """What a notice can complain of. Of each list in `needs` one kind of evidence has to be there; `helps` can be."""

    code: str
    title: str
    explanation: str
    right_kinds: list[str]
    modes: list[str]
    territories: list[str]
    needs: list[list[Coded]]
    helps: list[Coded]
    facts: list[Coded]
    shown_by_listing: bool
    least_words: int


@router.get("/reasons", response=Whole[ReasonShown])
@api_door(
    roles=EVERY_ROLE,
    scope="marketplaces:read",
    problems=("notice_defective",),
    example=Example("rights_holder", query={"right_kind": "trademark", "mode": "listing"}),
)
def list_reasons(request: HttpRequest, asked: Query[ReasonsAsked]) -> dict[str, Any]:
    """List the reasons a notice can have, with what each needs."""
    found: Iterable[Reason] = catalogue.load().reasons.values()
    if asked.marketplace:
        place = Marketplace.objects.filter(slug=asked.marketplace, is_active=True).first()
        if place is None:
            raise NoticeDefective([Defect("marketplace_unknown", "marketplace")])
        modes = [asked.mode] if asked.mode else ["listing", "storefront"]
        found = {
            each.code: each
            for mode in modes
            for each in offers.reasons_at(place, right_kind=asked.right_kind, mode=mode)
        }.values()
    fitting = (r for r in found if not asked.mode or asked.mode in r.scope)
    return {"items": [_reason(r) for r in fitting if not asked.right_kind or asked.right_kind in r.rights]}


def _reason(reason: Reason) -> dict[str, Any]:
    known = catalogue.load()
    return {
        "code": reason.code,
        "title": gettext(reason.title),
        "explanation": gettext(reason.explain) if reason.explain else "",
        "right_kinds": list(reason.rights),
        "modes": list(reason.scope),
        "territories": list(reason.territories),
        "needs": [[_named(known.evidence_kinds[kind]) for kind in kinds] for kinds in reason.needs],
        "helps": [_named(known.evidence_kinds[kind]) for kind in reason.helps],
        "facts": [_named(known.facts[fact]) for fact in reason.facts],
        "shown_by_listing": reason.in_listing,
        "least_words": reason.statement,
    }


def _named(thing: Any) -> dict[str, str]:
    return {"code": thing.id, "label": gettext(thing.label)}


# --- what a right is asked --------------------------------------------------------------------------------------------


class QuestionShown(Shown):
    """A field or a paper. Asked only under the answers in `when` and from the days in `when_from`; `many`: several papers."""

    id: str
    label: str
    hint: str
    type: str
    required: bool
    many: bool
    choices: list[Coded]
    when: dict[str, list[str]]
    when_from: dict[str, str]


class KindShown(Shown):
    """A kind of IP right: its fields, the papers that prove it, and why one can be sent back."""

    kind: str
    title: str
    offices: list[Coded]
    fields: list[QuestionShown]
    papers: list[QuestionShown]


@router.get("/right-kinds", response=Whole[KindShown])
@api_door(roles=EVERY_ROLE, scope="marketplaces:read", example=Example("rights_holder"))
def list_right_kinds(request: HttpRequest) -> dict[str, Any]:
    """List the kinds of IP rights with what each is asked. An agent is asked about the mandate too."""
    is_agent = caller_of(request).role == AGENT
    return {"items": [_kind(kind, is_agent=is_agent) for kind in catalogue.load().right_kinds.values()]}


def _kind(kind: RightKind, *, is_agent: bool) -> dict[str, Any]:
    known = catalogue.load()
    offices = [{"code": office, "label": gettext(known.offices[office].title)} for office in kind.offices]
    return {
        "kind": kind.id,
        "title": gettext(kind.title),
        "offices": offices,
        "fields": [_question(each, offices) for each in known.fields_of(kind.id, is_agent=is_agent)],
        "papers": [_question(each, offices) for each in known.documents_of(kind.id, is_agent=is_agent)],
    }


def _question(asked: Question, offices: list[dict[str, str]]) -> dict[str, Any]:
    choices = [{"code": choice.id, "label": gettext(choice.label)} for choice in asked.choices]
    yes_no = [{"code": "yes", "label": gettext("Yes")}, {"code": "no", "label": gettext("No")}]
    return {
        **{name: getattr(asked, name) for name in ("id", "type", "required", "many")},
        "label": gettext(asked.label),
        "hint": gettext(asked.hint) if asked.hint else "",
        "choices": {"office": offices, "yes_no": yes_no}.get(asked.type, choices),
        "when": {name: list(values) for name, values in asked.when.items()},
        "when_from": {name: day.isoformat() for name, day in asked.when_from.items()},
    }


# --- links judged beforehand ------------------------------------------------------------------------------------------


class LinksSent(Strict):
    """Lines as one pastes them. With a right, those already under complaint on it are found."""

    marketplace: Slug
    mode: Mode = "listing"
    right: Id | None = None
    lines: list[Link] = Field(min_length=1, max_length=2_000)


class LinksShown(Shown):
    """The verdict on every line that is not blank, in order."""

    counted: Counted
    lines: list[LineShown]


@router.post("/listing-urls/check", response=LinksShown)
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    body_limit=8 * 1024 * 1024,
    problems=("notice_defective",),
    example=Example(
        "rights_holder",
        body={"marketplace": "harbour", "right": 700002, "lines": ["https://harbour.example/i/40655", "no link"]},
    ),
)
def check_links(request: HttpRequest, body: LinksSent) -> dict[str, Any]:
    """Judge links before a notice is written. The marketplace is asked about as many as one notice takes."""
    role, holder = caller_of(request).role, caller_of(request).client.holder
    place = next((p.row for p in offers.places(is_agent=role == AGENT) if p.row.slug == body.marketplace), None)
    known = body.right is None or Right.objects.filter(pk=body.right, holder=holder).exists()
    wrong = [] if place else [Defect("marketplace_unknown", "marketplace")]
    wrong += [] if known else [Defect("right_unknown", "right")]
    if wrong or place is None or holder is None:
        raise NoticeDefective(wrong)
    lines = read_pasted(
        one_each(body.lines),
        marketplace=place,
        mode=body.mode,
        right_id=body.right,
        holder_id=holder.pk,
        at=request.at,
    )
    return {"counted": counted(lines), "lines": lines_shown(lines, place.zone)}

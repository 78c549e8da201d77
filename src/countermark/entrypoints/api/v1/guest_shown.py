"""How is a report by somebody without an account written as JSON, before and after the code came back?"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from pydantic import Field

from countermark.apps.complaints import guests
from countermark.apps.complaints.models import GuestDraft
from countermark.apps.complaints.pasted import counted
from countermark.apps.parties.models import Marketplace
from countermark.core import catalogue, procedure_loader
from countermark.core.notice import needs_of
from countermark.entrypoints.api.problems import defects_of
from countermark.entrypoints.api.schemas import Defect, Shown
from countermark.entrypoints.api.v1.case_shown import File, file_shown
from countermark.entrypoints.api.v1.choices import Coded
from countermark.entrypoints.api.v1.notice_shown import Counted, LineShown, lines_shown


class GuestPlace(Shown):
    """A marketplace that takes reports without an account, by which procedure, and what that asks."""

    slug: str
    name: str
    most_listings: int
    most_files: int
    procedure: str
    procedure_name: str
    owner_needed: bool = Field(description="Whether the report has to say whose right it is.")
    declarations: list[Coded]
    reasons: list[Coded]


class GuestPiece(Shown):
    """A piece of evidence of a draft, under a name of ours. `private`: the seller does not see it."""

    kind: str
    private: bool
    file: File


class GuestDraftShown(Shown):
    """A report that was not sent yet. `defects` have to be mended first; `declarations` are asked when the code is."""

    marketplace: str
    procedure: str
    most_listings: int
    reason: str
    statement: str
    right_owner: str
    right_number: str
    name: str
    email: str
    declarations: list[str]
    evidence: list[GuestPiece]
    counted: Counted
    lines: list[LineShown]
    can_send: bool
    defects: list[Defect]
    warnings: list[Defect]


def place_shown(place: Marketplace) -> dict[str, Any]:
    """A marketplace as GuestPlace takes it."""
    procedure, known = procedure_loader.load(guests.pack_for(place)), catalogue.load()
    needs = needs_of(procedure, guests.GUEST)
    declared = [known.elements[each] for each in needs if each != "signature"]
    return {
        "slug": place.slug,
        "name": place.name,
        "most_listings": guests.most_links(place),
        "most_files": known.number("evidence_per_notice"),
        "procedure": procedure.id,
        "procedure_name": gettext(procedure.name),
        "owner_needed": "right_named" in needs,
        "declarations": [
            {"code": each.id, "label": gettext(each.text)} for each in declared if each.kind == "declaration"
        ],
        "reasons": [{"code": each.code, "label": gettext(each.title)} for each in guests.reasons_at(place)],
    }


def draft_shown(draft: GuestDraft, *, at: Any) -> dict[str, Any]:
    """A draft as GuestDraftShown takes it."""
    report = guests.report_of(draft)
    found = guests.defects(report, at=at) if report.marketplace else ()
    zone = report.marketplace.zone if report.marketplace else "UTC"
    blocking = [each for each in found if each.blocks]
    return {
        "marketplace": report.marketplace.slug if report.marketplace else "",
        "procedure": report.pack,
        "most_listings": guests.most_links(report.marketplace),
        "reason": report.reason,
        "statement": report.statement,
        **{name: report.facts.get(name, "") for name in guests.FACTS},
        "name": report.filer.name,
        "email": report.filer.email,
        "declarations": sorted(report.declarations),
        "evidence": [{"kind": a.kind, "private": a.private, "file": file_shown(a.file)} for a in report.files],
        "counted": counted(report.lines),
        "lines": lines_shown(report.lines, zone),
        "can_send": bool(report.marketplace) and not blocking,
        "defects": defects_of(blocking),
        "warnings": defects_of(each for each in found if each.is_warning),
    }

"""What the examples of rights holders stand in: a place to file at, papers, rights at every stage, a message, answered cases.

Everything an example names has a number of its own that no run changes: 700001 and on.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.complaints.replies import file_counter_notice
from countermark.apps.notifications.models import Message, RightLetter
from countermark.apps.parties.models import Marketplace
from countermark.apps.portfolio.models import RightImport, RightImportRow, RightSubmission, RightSubmissionRow
from countermark.apps.rights.models import Right, RightDocument
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.core.counter_notice import CounterNotice
from countermark.core.defect import EvidenceFacts
from countermark.entrypoints.api.v1.files import PAGE
from countermark.entrypoints.api.v1.rights import MARK
from people import World, a_notice, a_right, happens

HARBOUR = """
id = "harbour"
name = "Harbour Market"
source = "The shop of these tests."
[domains]
"harbour.example" = "harbour.example"
[canonical]
listing = "https://{host}/i/{item}"
storefront = "https://{host}/shop/{seller}"
[[listing]]
path = 'i/(?P<item>[0-9]{4,12})'
[[storefront]]
path = 'shop/(?P<seller>[a-z]{2,20})'

[[good]]
paste = "https://harbour.example/i/40655"
kind = "listing"
item_id = "40655"
[[good]]
paste = "https://harbour.example/shop/lantern"
kind = "storefront"
item_id = "lantern"
[[bad]]
paste = "https://harbour.example/help"
code = "no_item_id"
"""


def furnish(world: World, case: Complaint, at: datetime) -> None:
    """All of it. `case` is the first case of the first notice."""
    Marketplace.objects.create(
        slug="harbour",
        name="Harbour Market",
        territory="*",
        offered_in=[],
        calendar="CN",
        zone="Asia/Shanghai",
        packs=["platform", "us-dmca-512"],
        patterns=HARBOUR,
    )
    page = a_page(world, at)
    a_right(world.halden, pk=700002)
    source = RightImport.objects.create(
        pk=700001, holder=world.halden, by=world.ines, file_name="portfolio.csv", sha256="0" * 64, form="csv", at=at,
        counts={"mend": 1},
    )  # fmt: skip
    wrong = ["import_kind_missing", "kind", {"shown": "", "takes": ["trademark"]}]
    RightImportRow.objects.create(source=source, row=2, verdict="mend", defects=[wrong])
    begun = draft(world, 700001, at)
    together = RightSubmission.objects.create(
        pk=700001, holder=world.halden, by=world.ines, state="shown", counts={"mend": 1}, at=at
    )
    bare = ["right_field_missing", "renewed", {"label": "Renewed", "takes": ["yes", "no"]}]
    RightSubmissionRow.objects.create(submission=together, row=1, right=begun, verdict="mend", defects=[bare])
    whole = draft(world, 700003, at, **dict.fromkeys(("renewed", "assigned", "changed"), "no"))
    for pk, right in ((700001, Right.objects.get(pk=700001)), (700002, whole)):
        RightDocument.objects.create(pk=pk, right=right, file=page, kind="certificate")
    RightLetter.objects.create(
        pk=700001, right_id=700002, holder=world.halden, key="of the examples", what="ends", days=90, created_at=at,
        address=world.halden.contact_email, mail_id="<right-700002.examples@localhost>",
    )  # fmt: skip
    RightLetter.objects.create(
        pk=700002, right_id=700002, holder=world.halden, key="came back", what="disputed", created_at=at, failed_at=at,
        attempts=3, answer="550 no such mailbox", address="old@halden-moe.example", mail_id="<back.examples@localhost>",
    )  # fmt: skip
    Message.objects.create(
        pk=700001,
        notice=case.notice,
        party="complainant",
        holder=world.halden,
        kind="events",
        key="of the examples",
        lines=[[case.pk, 1, "accepted"]],
        created_at=at,
    )
    countered(world, at)  # N-2026-000002
    decided(world, at)  # N-2026-000003


def a_page(world: World, at: datetime) -> StoredFile:
    """A page Ines sent in."""
    kept = files.keep(content=PAGE.encode(), name="certificate.pdf", by=world.ines, at=at)
    StoredFile.objects.filter(pk=kept.pk).update(id=700001)
    return StoredFile.objects.get(pk=700001)


def draft(world: World, pk: int, at: datetime, **more: str) -> Right:
    """A right Ines has begun to register."""
    said = {**MARK, "number": str(pk), **more}
    return Right.objects.create(
        pk=pk,
        holder=world.halden,
        kind="trademark",
        name=said["name"],
        office=said["office"],
        number=said["number"],
        owner_name=said["owner"],
        fields=said,
        created_at=at,
    )


def countered(world: World, at: datetime, lines: int = 1) -> Notice:
    """A notice whose cases wait for Ines: Mei has answered with a licence, and Ines was told."""
    notice = a_notice(world, lines=lines, at=at)
    for case in notice.complaints.order_by("line"):
        happens(happens(case, "accepted", "reviewer", at), "served", "seller", at)
    letter = files.keep(content=PAGE.encode(), name="letter.pdf", by=None, at=at)
    said = CounterNotice(
        ground="licence",
        statement="They licensed me.",
        complaints=tuple(notice.complaints.values_list("number", flat=True)),
        evidence=(EvidenceFacts("licence_letter", letter.name, letter.sha256),),
        declarations=frozenset(["truth"]),
        contact={"name": "Mei Lin", "email": "mei@lantern.example"},
    )
    about: dict[str, Any] = {"files": [(letter, "licence_letter")], "at": at, "key": notice.number}
    seen = dict(notice.complaints.values_list("pk", "seq"))
    file_counter_notice(notice=notice, seller=world.mei, said=said, seen=seen, **about)
    for case in notice.complaints.order_by("line"):
        happens(case, "served", "complainant", at)
    return notice


def decided(world: World, at: datetime) -> Complaint:
    """A case that was decided for Mei."""
    case = countered(world, at).complaints.get()
    happens(case, "counter_rejected", "complainant", at + timedelta(minutes=1))
    return happens(case, "decided_for_seller", "reviewer", at + timedelta(minutes=2))

"""Does every door a file can come in by ask the virus scanner, and refuse while it gives no verdict, with nothing else lost?

The doors of pages stand in `DOORS`, and a test compares them with the source; those of programs are found by their examples.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import plugged
from countermark.apps.complaints.models import Complaint, GuestDraft, Notice
from countermark.apps.identity.models import IdentityPaper
from countermark.apps.listings import services as listings
from countermark.apps.listings.models import FrozenCopy
from countermark.apps.orders import letters, services
from countermark.apps.orders.intake import Received
from countermark.apps.orders.models import Order
from countermark.apps.parties.models import Marketplace, Person
from countermark.apps.portfolio.models import RightImport
from countermark.apps.work.models import HolidayNotice, StoredFile
from countermark.connectors.marketplace import Image
from countermark.connectors.virus import ClamdScanner, FakeScanner
from countermark.entrypoints.api import openapi
from countermark.entrypoints.api.v1 import api
from countermark.entrypoints.web.guest.visitors import DRAFTS_KEY, GUEST_KEY
from countermark.entrypoints.web.refusals import worded
from countermark.evidence.store import Away
from countermark.evidence.uploads import UploadRefused
from evidence import corpus
from house.source_tree import SOURCE
from programs import Desk, a_desk

EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
PICTURE = corpus.picture("PNG") + EICAR  # a picture to both sniffers; the scanner looks at the file as it came
WORDS = "The base of the lamp carries our wordmark; see the photo, please."
FOUND = "The virus scanner found Eicar-Test-Signature in"
SILENT = "The virus scanner does not answer at the moment, so"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def desk(django_db_setup: None, django_db_blocker: Any) -> Iterator[Desk]:
    """The world of the API's examples; all taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield a_desk()
        transaction.set_rollback(True)


@pytest.fixture
def scanner(settings, monkeypatch) -> Callable[[Any], None]:
    settings.SCANNER_FACTORY = "plugged.scanner"
    return lambda one: monkeypatch.setitem(plugged.ports, "scanner", one)


def finds() -> FakeScanner:
    return FakeScanner()


def is_down() -> ClamdScanner:
    return ClamdScanner("127.0.0.1", 9, seconds=1)


class Door(NamedTuple):
    """A page: who comes, where to, with which words, by which field; `module` reads the file."""

    module: str
    person: str
    url: Callable[[Desk], str]
    field: str
    typed: Callable[[Desk], dict[str, Any]] = lambda desk: {}
    stays: str = ""
    content: bytes = PICTURE
    name: str = "photo.png"
    status: int = 422


def to(name: str, *args: Any) -> Callable[[Desk], str]:
    return lambda desk: reverse(name, args=args)


def line(number: str) -> Complaint:
    return Complaint.objects.get(number=number)


def answering(number: str, event: str) -> Callable[[Desk], dict[str, Any]]:
    return lambda desk: {"case": f"{number}:{line(number).seq}", "event": event, "words": WORDS}


def appealing(number: str) -> Callable[[Desk], dict[str, Any]]:
    return lambda desk: {"seq": line(number).seq, "key": "one", "words": WORDS, "checked": "1"}


def an_order(desk: Desk) -> dict[str, Any]:
    return {
        "key": "k-1",
        "kind": "restrict",
        "marketplace": "harbour",
        "authority": "Hauptzollamt Hamburg",
        "country": "de",
    }


def a_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("700001.png", PICTURE)
        packed.writestr("700003.png", PICTURE)
    return file.getvalue()


SHEET = b"kind,name\r\ntrademark,FJELL\r\n" + EICAR
HOLDER, SELLER, OPERATOR, GUEST = "rights_holder", "seller", "operator", "guest"
DOORS = [
    Door(f"{HOLDER}/rights.py", "ines", to("holder:right-papers", 700001), "file-certificate"),
    Door(f"{HOLDER}/identity.py", "ayo", to("holder:identity"), "papers",
         lambda desk: {"document": "incorporation", "number": "NO 913 045 228"}),
    Door(f"{HOLDER}/mandates.py", "ayo", to("holder:mandate-check", 710001), "paper"),
    Door(f"{HOLDER}/renewing.py", "ines", to("holder:right-renew", 700002), "file",
         lambda desk: {"expires_on": "2046-07-30"}, "2046-07-30"),
    Door(f"{HOLDER}/taking_over.py", "ines", to("holder:right-take-over"), "file",
         lambda desk: {"kind": "trademark", "office": "CN", "number": "65", "owner": "Halden & Moe AS", "goes_on": "yes"},
         "Halden & Moe AS"),
    Door(f"{HOLDER}/submit_send.py", "ines", to("holder:submit-evidence", 720001), "files",
         lambda desk: {"statement": WORDS, "kind": "photo"}, WORDS),
    Door(f"{HOLDER}/answers.py", "ines", to("holder:answer"), "files",
         answering("CM-2026-000002-01", "counter_rejected"), WORDS),
    Door(f"{HOLDER}/importing.py", "ines", to("holder:imports"), "file", content=SHEET, name="portfolio.csv"),
    Door(f"{HOLDER}/import_papers.py", "ines", to("holder:import-papers"), "file", content=a_zip(),
         name="papers.zip", status=200),
    Door("appealing.py", "ines", to("holder:appeal", "CM-2026-000003-01"), "files", appealing("CM-2026-000003-01"), WORDS),
    Door(f"{HOLDER}/screening_references.py", "ines", to("holder:reference-add"), "pictures",
         lambda desk: {"right": desk.world.mark.pk, "words": "FJELL lykt"}, "FJELL lykt"),
    Door(f"{SELLER}/answering.py", "mei", to("seller:answer-why", 720001), "paper-licence_letter",
         lambda desk: {"ground": "licence", "statement": WORDS, "save": "1"}, WORDS, status=200),
    Door(f"{SELLER}/measures.py", "mei", lambda desk: reverse("seller:measure-appeal", args=[a_measure(desk)]), "files",
         lambda desk: {"words": WORDS, "checked": "1", "key": "k-1"}, WORDS),
    Door(f"{GUEST}/steps.py", "guest", lambda desk: reverse("guest:why", args=[begun().pk]), "files",
         lambda desk: {"statement": WORDS, "kind": "photo"}, WORDS),
    Door(f"{GUEST}/acting.py", "guest", to("guest:withdraw", "CM-2026-720001-01"), "files",
         answering("CM-2026-720001-01", "withdrawn"), WORDS),
    Door(f"{OPERATOR}/orders.py", "tomas", to("operator:record-order"), "file", an_order, "Hauptzollamt Hamburg"),
    Door(f"{OPERATOR}/calendars.py", "tomas", to("operator:load-notice", "CN"), "file",
         lambda desk: {"source": "gov.example 2026-11-20"}, "gov.example 2026-11-20", EICAR, "notice.csv"),
]  # fmt: skip


def a_measure(desk: Desk) -> str:
    """What the operator decided about Mei's shop, and she can appeal."""
    world, now = desk.world, timezone.now()
    received = Received("operator", "restrict", world.market, now, "The shop sells lamps of another's mark.",
                        basis="IP-1.2", measure="suspend", seller_ref=world.mei.ref)  # fmt: skip
    order = services.record(received, by=world.tomas, at=now, now=now)
    letters.tell(order.pk, at=now, now=now)
    order.letters.update(delivered_at=now)
    return order.number


def begun() -> GuestDraft:
    return GuestDraft.objects.filter(sent_as=None).latest("pk")


def browser(desk: Desk, who: str) -> Client:
    """A browser in which this person is signed in, or in which the guest's reports were opened."""
    client = Client()
    if who == "guest":
        session = client.session
        session[GUEST_KEY] = [Notice.objects.get(number="N-2026-720001").pk]
        session[DRAFTS_KEY] = [begun().pk]
        session.save()
        return client
    people = {"ines": desk.world.ines.email, "tomas": desk.world.tomas.email}
    people |= {"ayo": "ayo@agency.example", "mei": "mei@lantern.example"}
    client.force_login(Person.objects.get(email=people[who]), backend="django.contrib.auth.backends.ModelBackend")
    return client


def kept() -> list[int]:
    """How much there is of whatever an upload leaves behind."""
    return [
        table.objects.count() for table in (StoredFile, IdentityPaper, RightImport, Order, HolidayNotice, FrozenCopy)
    ]


def said(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())))


def send(desk: Desk, door: Door, url: str) -> Any:
    file = SimpleUploadedFile(door.name, door.content)
    return browser(desk, door.person).post(url, {**door.typed(desk), door.field: file})


def test_every_page_that_takes_a_file_stands_in_the_table():
    web = SOURCE / "entrypoints" / "web"
    readers = {str(path.relative_to(web)) for path in web.rglob("*.py") if "request.FILES" in path.read_text("utf-8")}
    assert readers == {door.module for door in DOORS}


@pytest.mark.parametrize("door", DOORS, ids=[door.module for door in DOORS])
@pytest.mark.parametrize(("state", "sentence"), [(finds, FOUND), (is_down, SILENT)], ids=["found", "down"])
def test_a_page_keeps_nothing_the_scanner_did_not_clear_and_loses_nothing_that_was_typed(
    desk, scanner, door, state, sentence
):
    url = door.url(desk)
    before = kept()
    scanner(state())
    answer = send(desk, door, url)
    assert sentence in said(answer)
    assert answer.status_code == door.status
    assert door.stays in unescape(answer.content.decode())
    assert kept() == before


def test_of_a_zip_nothing_more_is_asked_once_the_scanner_is_silent(desk, scanner, monkeypatch):
    asked = []
    silent = is_down()
    scanner(lambda content: asked.append(1) or silent(content))
    door = next(door for door in DOORS if door.name.endswith(".zip"))
    assert said(send(desk, door, door.url(desk))).count(SILENT) == 2
    assert len(asked) == 1  # a scanner that hangs would otherwise be waited for 300 times


API_DOORS = [
    (path, operation)
    for operation, path in openapi.operations(api)
    if (example := openapi.door_of(operation).example)
    and example.headers.get("content-type", "").startswith("multipart/form-data")
    and path != "/right-papers"  # a ZIP: refused file by file, below
]


@pytest.mark.parametrize(("path", "operation"), API_DOORS, ids=[path for path, _ in API_DOORS])
@pytest.mark.parametrize(
    ("state", "status", "codes"),
    [(finds, 422, ("file_refused", "infected")), (is_down, 503, ("files_not_now", "not_scanned"))],
    ids=["found", "down"],
)
def test_a_program_hears_that_too(desk, scanner, problem_of, path, operation, state, status, codes):
    before, example = kept(), openapi.door_of(operation).example
    found = state()
    if isinstance(found, FakeScanner):
        found.virus = {b"%PDF": "Eicar-Test-Signature", b"kind": "Eicar-Test-Signature"}
    scanner(found)
    answer = desk.programs[example.role].ask("post", path.format(**example.path), example.body, **example.headers)
    assert (answer.status_code, problem_of(answer)) == (status, codes)
    assert answer.headers.get("Retry-After", "") == ("20" if status == 503 else "")
    assert kept() == before


def test_there_are_doors_for_programs():
    assert len(API_DOORS) >= 8


@pytest.mark.parametrize(("state", "sentence"), [(finds, FOUND), (is_down, SILENT)], ids=["found", "down"])
def test_a_program_hears_it_of_each_file_of_a_zip(desk, scanner, state, sentence):
    scanner(state())
    before = kept()
    file = SimpleUploadedFile("papers.zip", a_zip())
    key = {"Authorization": f"Bearer {desk.programs['rights_holder'].key}"}
    answer = Client().post("/api/v1/right-papers", {"file": file}, headers=key)
    assert [(one["outcome"], sentence in one["how_to_mend"]) for one in answer.json()["items"]] == [("refused", True)] * 2
    assert kept() == before


@pytest.fixture
def problem_of() -> Callable[[Any], tuple[str, str]]:
    """The code of a problem, and of its one defect."""

    def read(answer: Any) -> tuple[str, str]:
        told = answer.json()
        (defect,) = told["defects"]
        return told["code"], defect["code"]

    return read


# --- pictures a marketplace shows, which nobody uploads ----------------------------------------------------------------


def shown() -> Any:
    picture = Image("https://harbour.example/p/1.png", PICTURE, None)
    return replace(plugged.offered("49001"), images=(picture,))


def freeze(answer: Any) -> Any:
    market, items = Marketplace.objects.get(slug="harbour"), {"49001": "https://harbour.example/i/49001"}
    return listings.freeze(marketplace=market, kind="listing", items=items, shown={"49001": answer}, at=timezone.now())


def test_a_listing_is_not_frozen_without_its_pictures_because_the_scanner_is_down(desk, scanner):
    scanner(is_down())
    before = kept()
    with pytest.raises(UploadRefused) as refused:
        freeze(shown())
    assert (refused.value.code, kept()) == ("not_scanned", before)


def test_a_picture_of_a_listing_in_which_something_was_found_is_left_out(desk, scanner):
    scanner(finds())
    copy = FrozenCopy.objects.get(pk=freeze(shown())["49001"].pk)
    assert copy.pictures == []


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (UploadRefused("not_scanned", name="1.png"), "Files cannot be checked for viruses at the moment"),
        (UploadRefused("not_stored", name="1.png"), "Files cannot be kept at the moment"),
        (Away("", "EndpointConnectionError"), "This file cannot be fetched at the moment"),
    ],
)
def test_a_page_without_a_place_for_it_says_it_on_a_page_of_its_own(rf, error, what):
    refused = worded(rf.post("/holder/submit/1/check/"), error)
    assert refused is not None
    assert (refused.status, str(refused.what), refused.url) == (503, what, "/holder/submit/1/check/")

"""What registrations are usually sent back for: each is named before it is sent, once, by the form or by the lint."""

from datetime import date

import pytest

from apps.test_rights import a_picture
from countermark.apps.rights import asking, services
from countermark.apps.rights.lint import lint
from countermark.apps.rights.models import Right, RightDocument
from countermark.connectors.office import OfficeRecord
from people import WEDNESDAY, a_world

pytestmark = pytest.mark.django_db
OTHER = {"name": "FJELL", "mark_type": "word", "owner": "Halden & Moe AS", "expires_on": "2036-07-30", "classes": "11"}
WHOLE = {**OTHER, "office": "CN", "number": "41902338", "renewed": "no", "assigned": "no", "changed": "no"}
US = {"office": "US", "us_register": "principal", "number": "2178784"}
MADRID = {"office": "WO", "number": "1719880", "designates": "CN"}
CN_MODEL = {"office": "CN", "name": "Lamp", "owner": "Halden & Moe AS", "expires_on": "2030-01-01", "filed_on": "2020-01-02"}
CERTIFICATE = {"certificate": 0.02}


@pytest.fixture
def world():
    return a_world()


def a_draft(world, answers, papers=CERTIFICATE, *, kind="trademark", holder=None) -> Right:
    """A registration as typed, with papers of these kinds and the share of colour measured in each."""
    holder = holder or world.halden
    right = services.save_draft(holder=holder, kind=kind, answers=answers, at=WEDNESDAY)
    file = services.attach_document(
        right=right, content=a_picture(), name="a.png", kind="other", by=world.ines, at=WEDNESDAY
    )
    right.documents.all().delete()
    RightDocument.objects.bulk_create(RightDocument(right=right, file=file, kind=k, coloured=c) for k, c in papers.items())
    return right


def named(right: Right) -> list[str]:
    """Every code that is told, by the form and by the lint."""
    missing = services.defects(right, at=WEDNESDAY)
    return [defect.code for defect in (*missing, *lint(right, at=WEDNESDAY, missing=missing))]


def test_a_whole_registration_is_told_nothing(world):
    assert named(a_draft(world, WHOLE)) == []


@pytest.mark.parametrize(
    ("what", "answers", "papers", "told"),
    [
        ("owner is somebody else", {"owner": "Lantern Lane"}, CERTIFICATE, "owner_differs"),
        ("black-and-white copy", {}, {"certificate": 0.0}, "copy_not_colour"),
        ("class page missing", {"classes": "11, 21"}, CERTIFICATE, "class_page_missing"),
        ("expired, no renewal", {"expires_on": "2026-02-24"}, CERTIFICATE, "right_over"),
        ("pending: a serial number", {**US, "number": "97/654,321"}, CERTIFICATE, "number_other_what"),
        ("supplemental register", {**US, "us_register": "supplemental"}, CERTIFICATE, "supplemental_register"),
        ("Madrid, nothing designated", {**MADRID, "designates": ""}, {**CERTIFICATE, "extension_certificate": None},
         "right_field_missing"),
        ("Madrid, no extension to China", MADRID, CERTIFICATE, "right_paper_missing"),
        ("no translation, Japan", {"office": "JP", "number": "5512345"}, CERTIFICATE, "translation_missing"),
        ("no translation, Germany", {"office": "other", "number": "302019", "designates": "DE"}, CERTIFICATE,
         "translation_missing"),
        ("another office's number", {**US, "number": "UK00003123456"}, CERTIFICATE, "number_other_office"),
        ("no number at all", {"number": "ACME"}, CERTIFICATE, "number_no_form"),
        ("certificate missing", {}, {}, "right_paper_missing"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)  # fmt: skip
def test_what_a_reviewer_would_send_back_is_named_once(world, what, answers, papers, told):
    assert named(a_draft(world, {**WHOLE, **answers}, papers)) == [told]


def test_a_chinese_utility_model_without_its_evaluation_is_named_once(world):
    answers = {**CN_MODEL, "number": "201620123456.1"}
    assert named(a_draft(world, answers, kind="utility_model")).count("right_paper_missing") == 1
    assert "evaluation_missing" not in named(a_draft(world, answers, kind="utility_model"))


def test_what_the_register_says_otherwise_is_named_beside_the_claim(world):
    right = a_draft(world, {**WHOLE, **US})
    said = OfficeRecord("US", kind="trademark", number="2178784", mark="FJELLTOPP", owners=("Somebody Else Ltd",))
    asking._keep(right, said, by=world.ines, at=WEDNESDAY)
    assert named(right) == ["name_mismatch", "owner_mismatch"]
    right.fields = {**right.fields, "mark_type": "figurative"}  # a picture is described in one's own words
    right.save()
    assert named(right) == ["owner_mismatch"]


def test_a_certificate_is_measured_when_it_comes_and_nothing_else_is(world):
    right = services.save_draft(holder=world.halden, kind="trademark", answers=WHOLE, at=WEDNESDAY)
    for kind in ("certificate", "class_page"):
        services.attach_document(
            right=right, content=a_picture(), name=f"{kind}.png", kind=kind, by=world.ines, at=WEDNESDAY
        )
    measured = dict(right.documents.values_list("kind", "coloured"))
    assert measured["certificate"] is not None
    assert measured["class_page"] is None


def test_a_grey_copy_is_a_doubt_and_sends_nothing_back(world):
    right = a_draft(world, WHOLE, {"certificate": 0.0})
    services.submit_right(right=right, by=world.ines, at=WEDNESDAY)
    right.refresh_from_db()
    assert right.state == "pending"
    assert right.expires_on == date(2036, 7, 30)

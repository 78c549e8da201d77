"""The form filled in from a register, and the right beside the record: what Ines, Rana and others see and can do."""

import html
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

import plugged
from countermark.apps.rights import asking, services
from countermark.apps.rights.models import Right, RightRecord
from countermark.connectors.office import OfficeUnavailable
from countermark.connectors.office_fake import DEMO, FakeOffice, crown
from people import WEDNESDAY, a_right, a_world

pytestmark = pytest.mark.django_db
FJELL = DEMO[0]


def browser_of(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def ines(world):
    return browser_of(world.ines)


@pytest.fixture
def rana(world):
    return browser_of(world.rana)


@pytest.fixture
def office(settings, monkeypatch) -> FakeOffice:
    settings.OFFICE_FACTORY = "plugged.office"
    monkeypatch.setitem(plugged.ports, "office", FakeOffice([FJELL]))
    return plugged.ports["office"]


def details_of(ines, office: str = "US") -> str:
    ines.post(reverse("holder:right-new"), {"kind": "trademark"})
    right = Right.objects.get(state="draft")
    ines.post(reverse("holder:right-office", args=[right.pk]), {"office": office})
    return reverse("holder:right-details", args=[right.pk])


def a_us_mark(world, **more):
    return a_right(
        world.halden, **{"name": "FJELL", "office": "US", "number": "7654321", "expires_on": date(2029, 3, 5), **more}
    )


# --- the holder -----------------------------------------------------------------------------------------------------------


def test_a_number_typed_fills_in_the_form_and_what_was_filled_is_marked(ines, office):
    path = details_of(ines)
    assert "Fill in from the register" in text(ines.get(path))
    page = text(ines.post(path, {"number": "7654321", "owner": "Halden & Moe AS", "then": "register"}, follow=True))
    assert "5 answers are filled in from the register." in page  # type, mark, end, classes, register
    assert 'name="name" value="FJELL"' in page and 'value="9, 11"' in page
    assert page.count("Filled in from the register.") == 5 and page.count("As in the register.") == 2
    assert "The register names no end; it follows from the term." in page
    assert "In force" in page and "The trademark is registered." in page
    assert Right.objects.get(state="draft").fields["expires_on"] == "2029-03-05"


def test_what_differs_is_offered_and_only_a_press_takes_it_over(ines, office):
    path = details_of(ines)
    page = text(ines.post(path, {"number": "7654321", "name": "FJELD", "then": "register"}, follow=True))
    assert "One answer differs from it; nothing you typed was changed." in page
    assert "The register says: <bdi><b>FJELL</b></bdi>" in page and 'name="name" value="FJELD"' in page
    taken = ines.post(path, {"number": "7654321", "name": "FJELD", "brand": "Fjell", "then": "take-name"})
    assert taken["Location"] == f"{path}#id_name"
    fields = Right.objects.get(state="draft").fields
    assert (fields["name"], fields["brand"]) == ("FJELL", "Fjell")


def test_what_was_typed_beside_is_kept_when_the_register_does_not_answer(ines, office):
    office.failing = OfficeUnavailable("US", "7654321")
    answer = ines.post(details_of(ines), {"number": "7654321", "name": "FJELL", "classes": "11", "then": "register"})
    assert answer.status_code == 422 and 'href="#id_number"' in answer.content.decode()
    assert "The register does not answer at the moment." in text(answer)
    assert Right.objects.get(state="draft").fields["classes"] == "11"


def test_the_drawing_in_the_register_stands_beside_the_picture_that_was_sent_in(ines, rana, world, office):
    office.pictures["7654321"] = crown()
    path = details_of(ines)
    ines.post(path, {"number": "7654321", "then": "register"})
    right = Right.objects.get(state="draft")
    mine = services.attach_document(
        right=right, content=crown(60), name="a.png", kind="picture", by=world.ines, at=WEDNESDAY
    )
    drawing = right.records.get().picture
    Right.objects.filter(pk=right.pk).update(state="pending")
    for browser, page in ((ines, "holder:right"), (rana, "reviewer:right")):
        shown = text(browser.get(reverse(page, args=[right.pk])))
        for file, said in ((mine, "As registered here: FJELL"), (drawing, "In the register: FJELL")):
            assert f'src="{reverse("file", args=[file.pk])}" alt="{said}"' in shown
            answer = browser.get(reverse("file", args=[file.pk]))
            assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    other = browser_of(a_world().ines)
    assert other.get(reverse("file", args=[drawing.pk])).status_code == 404


@pytest.mark.parametrize(("number", "said"), [
    ("7000000", "The register has nothing under this number."),
    ("FJELL", "This is no number the register takes."),
    ("", "There is no number to ask the register for."),
])  # fmt: skip
def test_each_refusal_of_a_register_says_what_can_be_done(ines, office, number, said):
    answer = ines.post(details_of(ines), {"number": number, "then": "register"})
    assert (answer.status_code, said in text(answer)) == (422, True)


def test_an_office_that_cannot_be_asked_is_not_offered(ines, office):
    path = details_of(ines, "EM")
    assert "Fill in from the register" not in text(ines.get(path))
    assert "There is no number to ask" in text(ines.post(path, {"number": "018123456", "then": "register"}))


def test_enter_in_a_field_saves_and_asks_no_register(ines, office):
    page = ines.get(details_of(ines)).content.decode()
    form = page[page.index('class="cm-big"') :]
    assert form.index("<button") == form.index(
        '<button class="visually-hidden" tabindex="-1"'
    )  # the first is what Enter presses


def test_nobody_fills_in_the_right_of_another(world, ines, office):
    path = details_of(ines)
    assert browser_of(world.rana).post(path, {"number": "7654321", "then": "register"}).status_code in (403, 404)
    assert office.asked == []


# --- the reviewer ---------------------------------------------------------------------------------------------------------


def test_a_reviewer_sees_claim_and_record_field_by_field_as_of_the_day(world, rana, office):
    right = a_us_mark(world, owner_name="Fjell Lamps Inc.", classes=[9, 11])
    office.records["7654321"] = replace(FJELL, renewed_on=None)
    page = text(rana.get(reverse("reviewer:right", args=[right.pk])))
    assert "Beside the register" in page and "The register was not asked yet." in page
    page = text(rana.post(reverse("reviewer:ask-register", args=[right.pk]), follow=True))
    row = page[page.index("Owner, as the register shows it today</th>") :]
    row = row[: row.index("</tr>")]
    assert "<bdi>Fjell Lamps Inc.</bdi>" in row and "<bdi>Halden & Moe AS</bdi>" in row and "Differs" in row
    assert "as of" in page and "worked out from the term" in page


def test_what_the_register_says_against_a_right_waits_on_the_desk_until_it_was_looked_at(world, rana, office):
    right = a_us_mark(world)
    office.records["7654321"] = replace(FJELL, status="ended", status_text="Registration cancelled.")
    asking.look_up(right, by=None, at=WEDNESDAY)
    desk = text(rana.get(reverse("reviewer:rights")))
    assert "The register says something else" in desk and "FJELL, US 7654321" in desk
    page = text(rana.get(reverse("reviewer:right", args=[right.pk])))
    assert "The register says that it is no longer in force." in page and "Nothing happens by itself." in page
    record = RightRecord.objects.get()
    path = reverse("reviewer:register-looked", args=[right.pk, record.pk])
    assert rana.post(path, {"note": "An appeal is pending there."}).status_code == 302
    assert "The register says something else" not in text(rana.get(reverse("reviewer:rights")))
    assert "Somebody else was faster." in text(rana.post(path, {"note": ""}))


def test_a_register_that_has_nothing_says_so_to_the_reviewer(world, rana, office):
    right = a_us_mark(world, number="1111111")
    refused = rana.post(reverse("reviewer:ask-register", args=[right.pk]))
    assert "The register has nothing under this number." in text(refused)
    asking.ask_again(at=WEDNESDAY, every=WEDNESDAY - WEDNESDAY, limit=5)
    page = text(rana.get(reverse("reviewer:right", args=[right.pk])))
    assert page.count("The register has nothing under this number.") == 2  # beside the right, and what to look at


def test_the_holder_reads_in_the_history_that_the_register_says_something_else(world, ines, office):
    right = a_us_mark(world)
    office.records["7654321"] = replace(FJELL, status="ended")
    asking.look_up(right, by=None, at=WEDNESDAY)
    page = text(ines.get(reverse("holder:right", args=[right.pk])))
    assert "The register says something else; a reviewer looks at it" in page


def test_nobody_but_reviewers_asks_a_register_for_the_right_of_another(world, ines, office):
    right = a_us_mark(world)
    for name, more in (("ask-register", []), ("register-looked", [1])):
        assert ines.post(reverse(f"reviewer:{name}", args=[right.pk, *more])).status_code in (403, 404)
    assert office.asked == []


def test_a_question_of_one_office_alone_is_asked_on_the_page_after_it(ines, office):
    page = ines.get(details_of(ines)).content.decode()
    field = page[page.index('id="id_us_register"') - 200 : page.index('id="id_us_register"')]
    assert "data-cm-when" not in field  # the office is asked on the page before: no script can see it here

"""The number of a right on the form and by program: an example beside it, and the way to mend what is wrong."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from countermark.apps.rights.models import Right
from people import a_world

pytestmark = pytest.mark.django_db
DETAILS = {
    "mark_type": "word", "name": "FJELL", "owner": "Halden & Moe AS", "expires_on": "2036-07-30", "classes": "11",
    "renewed": "no", "assigned": "no", "changed": "no",
}  # fmt: skip


def browser_of(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def ines(world):
    return browser_of(world.ines)


def details_of(ines, office: str) -> str:
    ines.post(reverse("holder:right-new"), {"kind": "trademark"})
    right = Right.objects.get(state="draft")
    ines.post(reverse("holder:right-office", args=[right.pk]), {"office": office})
    return reverse("holder:right-details", args=[right.pk])


def test_the_form_shows_how_a_number_of_the_office_looks(ines):
    assert "As on the certificate, such as 018123456." in text(ines.get(details_of(ines, "EM")))


def test_zeros_that_excel_dropped_are_named_with_the_number_that_was_meant(ines):
    path = details_of(ines, "EM")
    refused = ines.post(path, {**DETAILS, "number": "18123456"})
    assert refused.status_code == 422
    assert "zeros at the front have been lost, as Excel drops them" in text(refused)
    assert "Write 018123456 if that is what the certificate says." in text(refused)
    assert 'value="18123456"' in refused.content.decode()  # as typed: nothing was changed behind her back
    assert ines.post(path, {**DETAILS, "number": "018123456"}).status_code == 302


def test_a_serial_number_is_no_registration_and_the_page_says_where_that_stands(ines):
    refused = text(ines.post(details_of(ines, "US"), {**DETAILS, "number": "75/123,456"}))
    assert "75123456 is not the number of the registration, but of the application." in refused
    assert "at most seven digits" in refused


def test_the_faults_of_a_number_are_said_in_chinese_too(world, ines):
    path = details_of(ines, "CN")
    world.ines.language = "zh-hans"
    world.ines.save()
    refused = text(ines.post(path, {**DETAILS, "number": "2.18E+06"}))
    assert "Excel" in refused
    assert "请将该列设为“文本”" in refused

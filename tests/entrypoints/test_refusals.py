"""A refusal from below reaches a person as a sentence with a way out, and what is nobody's to see stays hidden."""

from types import SimpleNamespace

import pytest
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from countermark.apps.complaints.held import UnknownCase
from countermark.apps.complaints.services import StaleCase
from countermark.apps.decisions.services import HeldByAnother, TooLate
from countermark.entrypoints.web.refusals import SAID, Refused, worded


@pytest.fixture
def request_from_a_case(rf: RequestFactory) -> HttpRequest:
    return rf.post("/review/cases/7/decide/", headers={"referer": "http://testserver/review/cases/7/"})


@pytest.mark.parametrize("error", [StaleCase([7]), HeldByAnother(None), TooLate()])
def test_a_refusal_from_below_says_what_why_and_leads_back(request_from_a_case: HttpRequest, error: Exception):
    said = worded(request_from_a_case, error)
    assert said is not None
    assert (said.what, said.obstacle, said.way_out) == SAID[error.code]
    assert (said.url, said.status) == ("/review/cases/7/", 409)


def test_a_case_of_others_is_a_page_that_is_not_there(request_from_a_case: HttpRequest):
    with pytest.raises(Http404):
        worded(request_from_a_case, UnknownCase())


def test_what_is_no_refusal_is_not_dressed_up_as_one(request_from_a_case: HttpRequest):
    assert worded(request_from_a_case, ValueError("a mistake of ours")) is None


def test_a_refusal_without_words_is_a_mistake_of_ours(request_from_a_case: HttpRequest):
    assert worded(request_from_a_case, SimpleNamespace(code="no_words_yet", http_status_hint=409)) is None


def test_words_of_the_page_itself_stand(request_from_a_case: HttpRequest):
    own = Refused("This cannot be sent", "The mandate does not cover patents.")
    assert worded(request_from_a_case, own) is own


def test_a_page_that_only_claims_to_lead_back_to_us_is_not_followed(rf: RequestFactory):
    request = rf.post("/review/cases/7/decide/", headers={"referer": "http://testserver.evil.example/"})
    assert worded(request, TooLate()).url == "/review/cases/7/decide/"

"""Who of the desk looked at what, by program: kept like a look at a page, and of the desk alone."""

import re
import tomllib

import pytest

from countermark.apps.parties.looks import WHAT
from countermark.apps.parties.models import Look
from countermark.entrypoints.api.looks import BARE, LISTS, SHOWS
from house.source_tree import ROOT
from programs import a_desk

pytestmark = pytest.mark.django_db
NUMBER = "CM-2026-000001-01"


def looked() -> list[tuple[str, str, str]]:
    return list(Look.objects.order_by("pk").values_list("role", "what", "key"))


def test_what_a_reviewers_program_reads_of_a_case_is_kept():
    desk = a_desk()
    for path in (f"/complaints/{NUMBER}", "/complaints?limit=1", "/queue"):
        assert desk.programs["reviewer"].get(path).status_code == 200
    assert looked() == [
        ("reviewer", "case", NUMBER),
        ("reviewer", "list", "api/complaints"),
        ("reviewer", "list", "api/queue"),
    ]
    assert Look.objects.exclude(request_id="").count() == 3


def test_a_party_that_reads_its_own_case_and_what_was_refused_leave_no_look():
    desk = a_desk()
    assert desk.programs["rights_holder"].get(f"/complaints/{NUMBER}").status_code == 200
    assert desk.programs["reviewer"].get("/complaints/CM-2026-999999-01").status_code == 404
    assert looked() == []


def test_every_route_the_desk_can_read_says_what_it_shows():
    routes = tomllib.loads((ROOT / "tests/house/api_routes.toml").read_text("utf-8"))
    staff = {"operator", "reviewer", "senior"}
    readable = {
        route.removeprefix("GET ")
        for route, roles in routes.items()
        if route.startswith("GET ") and (roles == "everybody" or (isinstance(roles, list) and staff & set(roles)))
    }
    said = {*SHOWS, *LISTS, *BARE}
    assert sorted(readable - said) == [], "say in entrypoints/api/looks.py what these show"
    assert sorted(said - readable - {"/problems"}) == []
    assert set(SHOWS.values()) <= set(WHAT)
    assert not re.findall(r"[<>]", " ".join(said))

"""All links between sellers by program: the list, one of them whole, confirmed and taken back; and findings narrowed."""

import pytest

from countermark.apps.parties.models import Look, Person
from countermark.apps.screening import links
from countermark.apps.screening.models import Finding, Fingerprint, SellerLink
from programs import a_program

pytestmark = pytest.mark.django_db
GULLS = "/marketplaces/quay/sellers/gull/links"


@pytest.fixture
def rana(desk):
    return desk.programs["reviewer"]


def refs(answer) -> list[tuple[str, str]]:
    return [(row["one"]["ref"], row["state"]) for row in answer.json()["items"]]


def test_the_list_says_of_every_pair_what_was_said_of_it_and_whether_it_counts(rana):
    assert refs(rana.get("/seller-links")) == [("gull", "confirmed"), ("tern", "denied"), ("lantern", "suggested")]
    assert refs(rana.get("/seller-links?state=denied")) == [("tern", "denied")]
    assert refs(rana.get("/seller-links?kind=picture")) == refs(rana.get("/seller-links?q=nobody")) == []
    assert refs(rana.get("/seller-links?q=PEARL&strong=counts")) == [("lantern", "suggested")]
    first = rana.get("/seller-links?state=denied").json()["items"][0]
    assert (first["strength"], first["counts"], first["by"]) == (0.95, False, "Rana Haddad")
    assert first["evidence"][0]["why"] == ["Both gave the marketplace the same bank account."]


def test_a_long_list_is_walked_by_strength(rana):
    SellerLink.objects.filter(one__ref="tern").update(strength=0.5)
    one = rana.get("/seller-links?sort=strongest&limit=2").json()
    two = rana.get(f"/seller-links?sort=strongest&limit=2&cursor={one['next']}").json()
    walked = [row["one"]["ref"] for row in (*one["items"], *two["items"])]
    assert (walked, two["next"]) == (["lantern", "gull", "tern"], None)


def test_a_link_is_confirmed_with_words_and_taken_back_and_both_stay_readable(rana, problem):
    body = {"marketplace": "quay", "seller": "gull-2", "words": "A cousin signed."}
    after = rana.post(f"{GULLS}/take-back-confirmation", body).json()
    assert after["links"][0]["confirmed_at"] is None
    problem(rana.post(f"{GULLS}/take-back-confirmation", body), 409, "link_not_confirmed")
    rana.post(f"{GULLS}/confirm", {**body, "words": "One signed for both."})
    key = next(row["id"] for row in rana.get("/seller-links?state=confirmed").json()["items"])
    whole = rana.get(f"/seller-links/{key}").json()
    assert [(one["what"], one["words"]["text"]) for one in whole["said"][:2]] == [
        ("confirmed", "One signed for both."), ("unconfirmed", "A cousin signed.")
    ]  # fmt: skip
    assert (whole["counts"], whole["counts_from"], whole["came_over"]) == (True, 0.6, [])
    assert Look.objects.filter(what="link", key=key).exists()


def test_what_is_denied_is_not_confirmed_and_nothing_ties_nobody(desk, rana, problem):
    terns, body = "/marketplaces/quay/sellers/tern/links", {"marketplace": "quay", "seller": "tern-2", "words": "Yes."}
    problem(rana.post(f"{terns}/confirm", body), 409, "link_is_denied")
    problem(rana.post(f"{terns}/confirm", {**body, "seller": "gull"}), 409, "no_such_link")
    problem(rana.post(f"{terns}/confirm", {**body, "words": " "}), 422, "request_defective")
    for path in ("/seller-links/1-2", "/seller-links/x", "/seller-links/1-99999999999999999999"):
        problem(rana.get(path), 404, "not_found")
    problem(desk.programs["operator"].post(f"{terns}/confirm", body), 403, "not_for_this_role")


def test_sellers_and_holders_read_no_link_and_a_key_for_one_place_none_of_another(desk, problem):
    for role in ("seller", "rights_holder", "agent"):
        problem(desk.programs[role].get("/seller-links"), 403, "not_for_this_role")
    key = a_program(Person.objects.get(pk=desk.world.tomas.pk), "operator", marketplace=desk.world.market)
    assert refs(key.get("/seller-links")) == []
    problem(key.get("/seller-links/710004-710005"), 404, "not_found")


# --- findings -------------------------------------------------------------------------------------------------------------


def test_findings_are_narrowed_by_case_right_measure_and_who_holds_them(desk, rana):
    Finding.objects.filter(pk=710002).update(fingerprint=Fingerprint.objects.get(pk=710001))
    whole = rana.get("/findings").json()["items"]
    with_case = [row["id"] for row in whole if row["case"]]
    case = next(row["case"] for row in whole if row["case"])
    assert [row["id"] for row in rana.get(f"/findings?case={case.lower()}").json()["items"]] == with_case
    assert [row["id"] for row in rana.get(f"/findings?q={case}").json()["items"]] == with_case
    assert rana.get("/findings?case=CM-2026-999999-01").json()["items"] == []
    right = desk.world.mark.pk
    assert {right in row["rights"] for row in rana.get(f"/findings?right={right}").json()["items"]} == {True}
    assert rana.get("/findings?right=999999").json()["items"] == []
    assert rana.get("/findings?order=O-2026-999999").json()["items"] == []
    Finding.objects.filter(pk=710001).update(taken_by=desk.world.rana)
    assert [row["id"] for row in rana.get("/findings?held=me").json()["items"]] == [710001]
    assert 710001 not in [row["id"] for row in rana.get("/findings?held=free").json()["items"]]


def test_the_surest_finding_comes_first_when_asked(rana):
    rows = rana.get("/findings?sort=surest").json()["items"]
    assert [row["probability"] for row in rows] == sorted((row["probability"] for row in rows), reverse=True)
    assert rana.get("/findings?sort=oldest").status_code == 422


def test_denying_takes_a_confirmation_with_it(rana):
    body = {"marketplace": "quay", "seller": "gull-2", "words": "Two firms."}
    after = rana.post(f"{GULLS}/deny", body).json()
    assert (after["linked"], after["links"][0]["confirmed_at"]) == ([], None)
    row = SellerLink.objects.get(one__ref="gull")
    assert links.linked(row.one_id) == frozenset()

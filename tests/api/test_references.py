"""What rights holders have looked for, what was found for them and whom they allow what; and who belongs together: by program."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from countermark.apps.orders.models import Order
from countermark.apps.parties.models import Holder, Person, Seller
from countermark.apps.rights.models import Right
from countermark.apps.screening.models import Allowed, Finding, Opinion, Reference, SellerIdentifier, SellerLink
from countermark.apps.work.models import StoredFile
from countermark.apps.work.sealing import unseal
from people import a_right
from programs import a_program

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def ines(desk):
    return desk.programs["rights_holder"]


@pytest.fixture
def rana(desk):
    return desk.programs["reviewer"]


def of_others(desk) -> Right:
    other = Holder.objects.create(
        name="Otto & Sons", kind="enterprise", location="other", contact_email="o@sons.example"
    )
    return a_right(other, number="77")


def test_everything_that_is_wrong_with_words_is_named_by_its_place(desk, ines, problem):
    words = ["F", "  fjell ", "fine", "x" * 201]
    told = problem(ines.post("/references", {"right": desk.world.mark.pk, "words": words}), 422, "reference_defective")
    assert [(defect["field"], defect["code"]) for defect in told["defects"]] == [
        ("words.0", "reference_word_short"), ("words.1", "reference_word_known"), ("words.3", "reference_word_long")
    ]  # fmt: skip
    assert not Reference.objects.filter(text="fine").exists()


def test_a_picture_somebody_else_sent_in_is_nobodys_to_register(desk, ines, problem):
    theirs = StoredFile.objects.filter(uploaded_by=desk.world.rana).first() or StoredFile.objects.create(
        sha256="1" * 64, original_sha256="1" * 64, name="a.png", media_type="image/png", size=1,
        uploaded_by=desk.world.rana, uploaded_at=NOON,
    )  # fmt: skip
    told = problem(
        ines.post("/references", {"right": desk.world.mark.pk, "pictures": [theirs.pk]}), 422, "file_unknown"
    )
    assert [defect["field"] for defect in told["defects"]] == ["pictures.0"]


def test_what_belongs_to_others_is_not_there(desk, ines, problem):
    foreign = of_others(desk)
    usual = {"made_at": NOON, "due_at": NOON, "made_by": desk.world.ines}
    word = Reference.objects.create(right=foreign, kind="word", text="sons", **usual)
    allowed = Allowed.objects.create(right=foreign, seller=desk.world.mei, at=NOON, by=desk.world.ines)
    finding = Finding.objects.get(pk=710001)
    finding.rights.set([foreign])
    for method, path, body in (
        ("get", f"/references/{word.pk}", None),
        ("post", f"/references/{word.pk}/end", {}),
        ("get", "/holder-findings/710001", None),
        ("post", "/holder-findings/710001/release", {}),
        ("post", f"/allowed-sellers/{allowed.pk}/end", {}),
    ):
        problem(ines.ask(method, path, body), 404, "not_found")
    for path, more in (
        ("/references", {"words": ["sons"]}),
        ("/allowed-sellers", {"marketplace": "quay", "seller": "lantern"}),
    ):
        told = problem(ines.post(path, {"right": foreign.pk, **more}), 422, "reference_defective")
        assert [(defect["field"], defect["code"]) for defect in told["defects"]] == [("right", "right_unknown")]
    assert [row["id"] for row in ines.get("/holder-findings").json()["items"]] == [710002]


def test_a_reviewer_verifies_a_word_once_and_says_why_another_goes_back(rana, ines, problem):
    assert [row["text"] for row in rana.get("/references-to-check").json()["items"]] == ["FJELL lamp"]
    problem(rana.post("/references/710002/decide", {"accepted": False}), 422, "reference_defective")
    back = rana.post("/references/710002/decide", {"accepted": False, "note": "Goods, not a mark."}).json()
    assert (back["state"], back["note"]) == ("returned", "Goods, not a mark.")
    problem(rana.post("/references/710002/decide", {"accepted": True}), 409, "reference_moved")
    assert ines.get("/references/710002").json()["status"] == "Sent back to you"


def test_what_is_on_trial_is_not_shown_to_holders(ines):
    assert sorted(row["id"] for row in ines.get("/holder-findings").json()["items"]) == [710001, 710002]  # not 710003


def test_the_list_of_what_was_found_is_narrowed_to_the_last_days(ines, problem):
    Finding.objects.filter(pk=710001).update(at=timezone.now() - timedelta(days=40))
    assert [row["id"] for row in ines.get("/holder-findings?days=30").json()["items"]] == [710002]
    assert len(ines.get("/holder-findings?days=0").json()["items"]) == 2
    problem(ines.get("/holder-findings?days=-1"), 422, "request_defective")


def test_the_holder_lets_a_listing_go_and_it_is_an_opinion_with_words(desk, ines):
    finding = Finding.objects.get(pk=710001)
    finding.order = Order.objects.get(number="O-2026-710001")
    finding.save()
    assert ines.get("/holder-findings/710001").json()["became"] == "stopped"
    for _ in range(2):
        answer = ines.post("/holder-findings/710001/release", {"words": "Ours, an old model."}).json()
        assert (answer["became"], answer["status"]) == ("released", "You let it go")
    opinion = Opinion.objects.get(finding=finding)
    assert (opinion.source, opinion.right, unseal(opinion.words)) == ("holder", False, "Ours, an old model.")
    assert Order.objects.get(pk=finding.order_id).state == "ended"


def test_a_finding_under_two_holders_rights_is_not_for_one_of_them_to_let_go(desk, ines, problem):
    foreign, finding = of_others(desk), Finding.objects.get(pk=710001)
    finding.rights.add(foreign)
    finding.signals = [*finding.signals, {**finding.signals[0], "about": f"right:{foreign.pk}"}]
    finding.save()
    shown = ines.get("/holder-findings/710001").json()
    assert (shown["can_release"], shown["rights"], len(shown["matches"])) == (False, [desk.world.mark.pk], 1)
    assert not any("Otto & Sons" in sentence for sentence in shown["told"])
    problem(ines.post("/holder-findings/710001/release", {}), 409, "finding_rests_on_others")


def test_an_agent_lets_go_only_what_its_mandate_allows(desk, problem):
    agent = desk.programs["agent"]
    Finding.objects.get(pk=710001).rights.set([a_right(agent.client.holder, number="78", owner_name="Fjord AS")])
    told = problem(agent.post("/holder-findings/710001/release", {}), 403, "mandate_lacks")
    assert [defect["code"] for defect in told["defects"]] == ["mandate_missing"]
    assert not Opinion.objects.filter(source="holder").exists()


def test_allowing_a_seller_lets_go_what_waits_for_it_and_ends_again(desk, ines):
    asked = {"right": desk.world.mark.pk, "marketplace": "quay", "seller": "lantern"}
    first = ines.post("/allowed-sellers", asked).json()
    assert ines.post("/allowed-sellers", asked).json() == first
    assert {row["became"] for row in ines.get("/holder-findings").json()["items"]} == {"released"}
    assert len(ines.get("/allowed-sellers").json()["items"]) == 2
    ended = ines.post(f"/allowed-sellers/{first['id']}/end", {}).json()
    assert ended["ended_at"] == ines.post(f"/allowed-sellers/{first['id']}/end", {}).json()["ended_at"] is not None
    assert len(ines.get("/allowed-sellers").json()["items"]) == 1
    assert ines.post("/allowed-sellers", asked).json()["id"] != first["id"]


def test_a_seller_nobody_knows_cannot_be_allowed(desk, ines, problem):
    asked = {"right": desk.world.mark.pk, "marketplace": "nowhere", "seller": "lantern"}
    problem(ines.post("/allowed-sellers", asked), 422, "reference_defective")


# --- sellers that belong together -----------------------------------------------------------------------------------------


def test_a_reviewer_reads_why_two_sellers_are_one_and_denies_it_with_words(rana):
    shown = rana.get("/marketplaces/quay/sellers/lantern/links").json()
    assert [(one["seller"]["ref"], one["strength"]) for one in shown["linked"]] == [("pearl-2", 0.95)]
    assert shown["links"][0]["why"] == ["Both gave the marketplace the same bank account."]
    body = {"marketplace": "quay", "seller": "pearl-2", "words": "Two sisters."}
    after = rana.post("/marketplaces/quay/sellers/lantern/links/deny", body).json()
    assert (after["linked"], after["links"][0]["denied_words"]["text"]) == ([], "Two sisters.")


def test_nothing_is_denied_between_sellers_that_nothing_ties(rana, problem):
    path = "/marketplaces/quay/sellers/pearl-2/links/deny"
    for seller in ("pearl-2", "nobody"):
        problem(rana.post(path, {"marketplace": "quay", "seller": seller, "words": "No."}), 409, "no_such_link")


def test_a_marketplace_says_what_it_knows_and_reads_back_only_how_much(desk, problem):
    """A link of the world that rests on nothing goes with the first word."""
    tomas = desk.programs["operator"]
    path = "/marketplaces/quay/sellers/{}/identifiers"
    said = {
        "identifiers": [{"kind": "phone", "value": "+47 55 00 00 01"}, {"kind": "phone", "value": "0047 5500 0001"}]
    }
    assert tomas.ask("put", path.format("lantern"), said).json() == {
        "kept": {"phone": 1},
        "links_changed": 1,
    }
    other = tomas.ask("put", path.format("pearl-2"), said)
    assert (other.json()["links_changed"], b"5500" in other.content) == (1, False)
    wrong = {"identifiers": [{"kind": "email", "value": "n/a"}, {"kind": "phone", "value": "0000000"}]}
    told = problem(tomas.ask("put", path.format("lantern"), wrong), 422, "identifiers_defective")
    assert [defect["field"] for defect in told["defects"]] == ["identifiers.0.value", "identifiers.1.value"]
    assert SellerIdentifier.objects.count() == 2


def test_no_seller_and_no_holder_reads_links(desk, problem):
    for role in ("seller", "rights_holder", "agent"):
        problem(desk.programs[role].get("/marketplaces/quay/sellers/lantern/links"), 403, "not_for_this_role")


def test_a_key_for_one_marketplace_says_nothing_about_sellers_of_another(desk, problem):
    key = a_program(Person.objects.get(pk=desk.world.tomas.pk), "operator", marketplace=desk.world.market)
    problem(key.ask("put", "/marketplaces/quay/sellers/lantern/identifiers", {"identifiers": []}), 404, "not_found")
    assert Seller.objects.filter(ref="lantern").exists()
    assert SellerLink.objects.exists()

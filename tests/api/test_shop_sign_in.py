"""A marketplace's program sets up by which sign-in its sellers claim their shops, for its own marketplace alone."""

import pytest

from countermark.apps.parties.models import ShopSignIn
from countermark.entrypoints.api.v1.shop_sign_in import SAID
from programs import a_program


@pytest.fixture
def tomas(desk):
    return desk.programs["operator"]


def test_it_is_set_read_tried_and_taken_away(tomas, problem):
    path = "/marketplaces/quay/shop-sign-in"
    said = tomas.ask("put", path, SAID).json()
    assert said["issuer"] == "https://login.quay.example" and said["scope"] == "openid shop"
    assert said["comes_back_to"] == "http://localhost:8000/seller/claim/with/quay/back/"
    assert tomas.get(path).json() == said
    tried = tomas.post(f"{path}/try").json()
    assert (tried["works"], "SHOP_SIGN_IN_QUAY is not set" in tried["why_not"]) == (False, True)
    assert tomas.ask("delete", path).status_code == 204 and not ShopSignIn.objects.exists()
    problem(tomas.get(path), 404, "not_found")
    problem(tomas.post(f"{path}/try"), 404, "not_found")


def test_all_that_is_wrong_is_said_at_once(tomas, problem):
    wrong = {"issuer": "login", "client_id": "", "secret_name": "SECRET_KEY", "ref_claim": "", "scope": "shop"}
    said = problem(tomas.ask("put", "/marketplaces/quay/shop-sign-in", wrong), 422, "shop_sign_in_defective")
    assert {defect["field"] for defect in said["defects"]} == set(wrong)
    assert all(defect["message"] and defect["how_to_mend"] for defect in said["defects"])


def test_a_key_narrowed_to_a_marketplace_sets_its_own_and_a_key_without_the_scope_none(desk, problem):
    of_quay = a_program(desk.world.tomas, "operator", marketplace=ShopSignIn.objects.get().marketplace)
    assert of_quay.ask("put", "/marketplaces/quay/shop-sign-in", SAID).status_code == 200
    problem(of_quay.ask("put", f"/marketplaces/{desk.world.market.slug}/shop-sign-in", SAID), 404, "not_found")
    places = a_program(desk.world.tomas, "operator", scopes=["marketplaces:write", "sellers:read"])
    problem(places.ask("put", "/marketplaces/quay/shop-sign-in", SAID), 403, "scope_missing")

"""`countermark shop-link`, `shop-people` and `shop-sign-in`."""

import pytest
from typer.testing import CliRunner

from countermark.apps.parties.models import Person, ShopClaim, ShopSignIn
from countermark.apps.parties.shop_sign_in import SignInDefective
from countermark.entrypoints.cli import app
from people import a_world, acts_for

pytestmark = pytest.mark.django_db
RUN = CliRunner()


def test_a_link_for_the_shop_is_printed_alone_and_its_end_beside():
    world = a_world()
    done = RUN.invoke(app, ["shop-link", world.market.slug, "lantern"])
    claim = ShopClaim.objects.get()
    assert done.exit_code == 0 and done.stdout.startswith("http://localhost:8000/seller/claim/")
    assert (claim.seller, claim.by, len(done.stdout.split())) == (world.mei, None, 1)
    assert "until" in done.stderr


def test_who_acts_for_a_shop_is_said_one_a_line():
    world = a_world()
    assert "nobody has claimed" in RUN.invoke(app, ["shop-people", world.market.slug, "lantern"]).stderr
    acts_for(Person.objects.create_user("mei.lin@lantern.example", name="Mei Lin"), world.mei)
    [line] = RUN.invoke(app, ["shop-people", world.market.slug, "lantern"]).stdout.splitlines()
    assert line.split("\t")[:2] == ["mei.lin@lantern.example", "admin"] and line.endswith("Mei Lin")


@pytest.mark.parametrize("command", ["shop-link", "shop-people"])
def test_a_shop_nobody_knows_is_named(command):
    done = RUN.invoke(app, [command, a_world().market.slug, "nobody"])
    assert done.exit_code == 2 and "nobody" in done.stderr


def test_the_sign_in_of_a_marketplace_is_set_up_said_and_taken_away():
    market = a_world().market
    assert "by links" in RUN.invoke(app, ["shop-sign-in", market.slug]).stderr
    said = ("--issuer", "https://login.harbour.example", "--client-id", "countermark", "--ref-claim", "shop_id")
    refused = RUN.invoke(app, ["shop-sign-in", market.slug, *said, "--secret-name", "SECRET_KEY"])
    assert isinstance(refused.exception, SignInDefective) and "secret_name" in str(refused.exception)
    done = RUN.invoke(app, ["shop-sign-in", market.slug, *said, "--secret-name", "SHOP_SIGN_IN_HARBOUR"])
    assert done.exit_code == 0 and "ref_claim\tshop_id" in done.stdout.splitlines()
    assert RUN.invoke(app, ["shop-sign-in", market.slug]).stdout == done.stdout
    assert RUN.invoke(app, ["shop-sign-in", market.slug, "--end"]).stdout == "" and not ShopSignIn.objects.exists()
    assert RUN.invoke(app, ["shop-sign-in", "nowhere"]).exit_code == 2

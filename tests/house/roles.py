"""One person for each role, made of rows as the product makes them, and signed in."""

from datetime import UTC, datetime, timedelta

from django.test import Client

from countermark.apps.parties.models import Holder, Marketplace, Membership, Person, Seller, ShopMember
from countermark.entrypoints.web.guest.visitors import GUEST_KEY

ROLES = ("anonymous", "rights_holder", "seller", "reviewer", "operator", "auditor", "guest")


def people() -> dict[str, Person | None]:
    """Make Ines, Mei, Rana and an operator, each in one role alone; nobody for `anonymous` and `guest`, who have no account."""
    joined = datetime(2026, 2, 2, 9, tzinfo=UTC)
    ines = Person.objects.create_user("ines@lumen.example", name="Ines", date_joined=joined)
    lumen = Holder.objects.create(name="Lumen", kind="enterprise", location="other", contact_email="ip@lumen.example")
    Membership.objects.create(person=ines, holder=lumen)
    mei = Person.objects.create_user("mei@lanterns.example", name="Mei", date_joined=joined)
    shop = Marketplace.objects.create(slug="a-shop", name="A shop", territory="CN", calendar="CN", zone="Asia/Shanghai")
    lanterns = Seller.objects.create(marketplace=shop, ref="mei", name="Mei's lanterns", email=mei.email)
    ShopMember.objects.create(seller=lanterns, person=mei, role="admin", since=joined)
    rana = Person.objects.create_user("rana@desk.example", name="Rana", is_reviewer=True, date_joined=joined)
    operator = Person.objects.create_user("op@desk.example", name="Oda", is_operator=True, date_joined=joined)
    until = datetime.now(UTC) + timedelta(days=7)
    auditor = Person.objects.create_user("audit@office.example", name="Ada", auditor_until=until, date_joined=joined)
    return dict(zip(ROLES, (None, ines, mei, rana, operator, auditor, None), strict=True))


def browser_of(person: Person | None, *, as_guest: bool = False) -> Client:
    """Return a browser in which `person` is signed in, or a guest's report was opened; a server error is an answer here."""
    browser = Client(raise_request_exception=False)
    if as_guest:
        session = browser.session
        session[GUEST_KEY] = [987654321]
        session.save()
    if person is not None:
        browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser

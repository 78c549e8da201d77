"""The quay of the API's examples: a marketplace of its own with a seller, listings, a measure, a letter that did not arrive.

Numbers are fixed and lie apart from those the tests make themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from countermark.apps.complaints.log import sequence
from countermark.apps.complaints.models import Complaint
from countermark.apps.enforcement.models import Measure, ShopMeasure
from countermark.apps.listings.models import Listing
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.orders import trace
from countermark.apps.orders.models import Order, OrderAppeal, OrderLetter, OrderLine
from countermark.apps.parties import people
from countermark.apps.parties.models import Marketplace, Person, Seller, ShopClaim, ShopMember, ShopSignIn
from countermark.apps.webhooks.models import ACCEPTED, ACTIVE, PAUSED, WAITING, Dispatch, Endpoint
from countermark.apps.work.models import Job, Restoration
from countermark.apps.work.sealing import seal
from countermark.connectors.webhook import new_secret
from countermark.core import chain

NUMBER = 710_001


def a_quay() -> Marketplace:
    """Quay Market, reached by hand, with Lantern Lane and two listings."""
    quay = Marketplace.objects.create(
        slug="quay", name="Quay Market", territory="CN", calendar="CN", zone="Asia/Shanghai", packs=["platform"]
    )
    lantern = Seller.objects.create(pk=NUMBER, marketplace=quay, ref="lantern", name="Lantern Lane")
    for n in (1, 2):
        url = f"https://quay.example/item/L-{n}"
        Listing.objects.create(marketplace=quay, item_id=f"L-{n}", url=url, title=f"Lamp {n}", seller=lantern)
    return quay


def at_work(tomas: Person, case: Complaint) -> None:
    """What an operator finds in the morning: one of each, all numbered 710001; a second where an example needs another state."""
    now = timezone.now()
    quay = Marketplace.objects.get(slug="quay")
    lamp, other = quay.listings.order_by("item_id")
    lantern = quay.sellers.get()
    Measure.objects.create(pk=NUMBER, listing=lamp, wanted="remove", reference="quay-1", asked_at=now, by_hand=True)
    ShopMeasure.objects.create(
        pk=NUMBER, seller=lantern, measure="suspend", on=True, reference="quay-2", asked_at=now, by_hand=True
    )
    an_order(NUMBER, quay, tomas, now, kind="restrict", measure="pause", listing=other)
    an_order(NUMBER + 1, quay, tomas, now, kind="inform", listing=other)
    a_letter(case, now)
    Job.objects.create(pk=NUMBER, kind="deliver", key="0", run_at=now, attempts=8, failed_at=now, last_error="refused")
    vera = Person.objects.create_user("vera@quay.example", pk=NUMBER, name="Vera Lund", is_reviewer=True)
    own_decisions(case.seller, vera, now)
    people_of(lantern, now)
    hooks(case, now)
    people.note("retention.counted", by=tomas, now=now, sessions=2)
    Restoration.objects.create(pk=NUMBER, backup_at=now, restored_at=now, version="0.1.0", archive="0" * 64)


def people_of(shop: Seller, now: datetime) -> None:
    """Pearl acts for the shop, a link to it is out, and its marketplace has a sign-in, at which nobody answers."""
    pearl = Person.objects.create_user("pearl@quay.example", pk=NUMBER + 1, name="Pearl Oh")
    ShopSignIn.objects.create(
        marketplace=shop.marketplace, issuer="http://127.0.0.1:9", client_id="countermark", secret_name="SHOP_SIGN_IN_QUAY",
        ref_claim="shop_id", scope="openid",
    )  # fmt: skip
    ShopMember.objects.create(pk=NUMBER, seller=shop, person=pearl, role="admin", since=now)
    usual = {"kind": "issued", "role": "admin", "created_at": now, "expires_at": now + timedelta(days=14)}
    ShopClaim.objects.create(pk=NUMBER, seller=shop, token_digest="7" * 64, **usual)


def an_order(pk: int, place: Marketplace, by: Person, now: datetime, *, listing: Listing, **more: Any) -> None:
    """An order of a court about one listing, with its receipt that came back."""
    order = Order.objects.create(
        pk=pk, number=f"O-2026-{pk}", source="authority", marketplace=place, authority="Regional Court Oslo", country="NO",
        basis="Trademark Act", reference=f"24-{pk}", received_at=now, at=now, recorded_at=now, recorded_by=by,
        words=seal(subject=f"order:{pk}", text="The court orders what follows."), head_hash=chain.GENESIS, **more,
    )  # fmt: skip
    OrderLine.objects.create(order=order, listing=listing, measure=order.measure)
    trace.write(order, "received", by="operator", at=now, now=now, kind=order.kind, lines=1, words=order.words.digest)
    OrderLetter.objects.create(
        pk=pk,
        order=order,
        what="receipt",
        address="registry@court.example",
        mail_id=f"<{pk}@quay.example>",
        created_at=now,
        failed_at=now,
        answer="550 no such mailbox",
    )


def own_decisions(shop: Seller, by: Person, now: datetime) -> None:
    """Two decisions of the desk's own about a shop: one the shop has appealed, one it has not."""
    for pk in (NUMBER + 2, NUMBER + 3):
        order = Order.objects.create(
            pk=pk, number=f"M-2026-{pk}", source="operator", kind="restrict", marketplace=shop.marketplace, basis="IP-1.2",
            received_at=now, at=now, recorded_at=now, recorded_by=by, measure="freeze_funds", head_hash=chain.GENESIS,
            words=seal(subject=f"order:M-2026-{pk}", text="Lamps under a mark that is not the shop's own, again and again."),
        )  # fmt: skip
        OrderLine.objects.create(order=order, seller=shop, measure=order.measure)
        trace.write(order, "decided", by="operator", at=now, now=now, kind="restrict", lines=1)
    OrderAppeal.objects.create(
        pk=NUMBER, order_id=NUMBER + 2, seller=shop, filed_at=now, due_at=now, key="quay-appeal",
        words=seal(subject=f"seller:{shop.pk}", text="The lamps were bought from the maker; the invoice names them."),
    )  # fmt: skip


def a_letter(case: Complaint, now: datetime) -> None:
    """A letter to the seller that came back."""
    letter = Message.objects.create(
        pk=NUMBER, notice=case.notice, party="seller", seller=case.seller, kind="events", key="quay", created_at=now,
        lines=[[case.pk, 1, "accepted"]],
    )  # fmt: skip
    Delivery.objects.create(
        pk=NUMBER, message=letter, address="mei@lantern.example", mail_id="<quay-3@quay.example>", attempts=5, failed_at=now,
        answer="550 no such mailbox",
    )  # fmt: skip


def hooks(case: Complaint, now: datetime) -> None:
    """An endpoint of the platform that is sent to and one that is paused; one delivery that arrived, one that waits."""
    for n, state in enumerate((ACTIVE, PAUSED)):
        url = f"https://hooks.quay.example/{n}"
        row = Endpoint.objects.create(pk=NUMBER + n, name=f"Hook {n}", url=url, state=state, created_at=now)
        Endpoint.objects.filter(pk=row.pk).update(secret=seal(subject=f"endpoint:{row.pk}", text=new_secret()))
    sequence()
    for n, event in enumerate(case.events.order_by("seq")[:2]):
        Dispatch.objects.create(
            pk=NUMBER + n, endpoint_id=NUMBER, event=event, complaint=case, seq=event.seq, position=n,
            webhook_id=f"msg_quay{n}", created_at=now, next_at=now, state=(ACCEPTED, WAITING)[n],
        )  # fmt: skip

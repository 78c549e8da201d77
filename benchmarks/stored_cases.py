"""A desk with many complaints, for benches that read: believable rows, written in sets.

Every case has walked its pack: its columns, its chain of events and its statement of reasons are those of such a walk. Of a
hundred cases eight wait for a reviewer, seventeen for somebody to answer, forty are down while the seller may still answer,
the others have ended. A tenth of all are of one holder, Halden & Moe; a fiftieth is about one shop, Lantern Lane.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from countermark.apps.complaints.intake import FIXED
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.services import (
    CASE_FIELDS,
    EVENT_FIELDS,
    STATEMENT_FIELDS,
    Reasons,
    case_columns,
    statement_row,
)
from countermark.apps.listings.services import COPY_FIELDS
from countermark.apps.parties.models import Holder, Marketplace, Membership, Person, Seller, ShopMember
from countermark.apps.rights.models import Right
from countermark.apps.work.bulk import instant_writer, next_ids, put
from countermark.apps.work.sealing import seal
from countermark.apps.work.services import calendars_for
from countermark.core import chain, procedure_loader
from countermark.core.complaint import Case, Transition, advance, catch_up, open_case, serve

HOLDERS, SHOPS, PLACES = 10, 50, 3
LINES = 20  # a notice
WALKS = 40  # of each kind, each at its own instant
Happening = tuple[str, str, int]  # event, by, hours after filing
TOLD: tuple[Happening, ...] = (("accepted", "reviewer", 3), ("served", "seller", 4))
ANSWERED: tuple[Happening, ...] = (*TOLD, ("counter_notice_filed", "seller", 5), ("served", "complainant", 6))
KINDS: tuple[tuple[str, int, tuple[Happening, ...]], ...] = (  # name, how many of a hundred, what happened
    ("checking", 5, ()),
    ("awaiting", 12, TOLD),
    ("countered", 5, ANSWERED),
    ("deciding", 3, (*ANSWERED, ("counter_rejected", "complainant", 8))),
    ("down", 40, (*TOLD, ("due", "clock", 0), ("served", "seller", 1))),
    ("ended", 35, (*ANSWERED, ("counter_accepted", "complainant", 9))),
)
LISTING_FIELDS = (
    *(
        "id",
        "marketplace_id",
        "kind",
        "item_id",
        "url",
        "title",
        "seller_id",
        "shop_state",
        "shop_state_at",
        "shop_there",
    ),
    *("wanted", "wanted_there"),
)


class People(NamedTuple):
    """Who signs in; the account Ines acts for, and the shop of Mei."""

    ines: Person
    mei: Person
    rana: Person
    tomas: Person
    holder: int
    shop: int


class Walk(NamedTuple):
    """One way through the pack: the opening, the steps after it, and the case at the end."""

    opened: Case
    steps: tuple[Transition, ...]
    end: Case


def walks(now: datetime) -> list[list[Walk]]:
    """WALKS of each kind, none with a clock that has run out by `now`."""
    pack, calendars = procedure_loader.load("platform"), calendars_for("CN")
    return [[_walk(pack, calendars, kind, now, n) for n in range(WALKS)] for kind in KINDS]


def _walk(pack: Any, calendars: Any, kind: Any, now: datetime, n: int) -> Walk:
    name, _, events = kind
    ago = (
        timedelta(days=15 + n * 7) if name == "ended" else timedelta(days=11) if name == "down" else timedelta(hours=9)
    )
    at = now - ago - timedelta(minutes=7 * n)
    case = opened = open_case(pack, timing=pack.timing[0], at=at, calendars=calendars, zone="Asia/Shanghai")
    steps: list[Transition] = []
    for event, by, hours in events:
        then = at + timedelta(hours=hours)
        if event == "served":
            step = serve(pack, case, at=max(then, case.at + timedelta(hours=1)), calendars=calendars)
        elif event == "due":
            assert case.due_at is not None
            (step,) = catch_up(pack, case, case.due_at, calendars)
        else:
            step = advance(pack, case, event, by=by, at=max(then, case.at), calendars=calendars)
        steps.append(step)
        case = step.new
    assert case.due_at is None or case.due_at > now, f"{name} {n} is due at {case.due_at}, before {now}"
    return Walk(opened, tuple(steps), case)


def fill(count: int, now: datetime) -> People:
    """Everybody, and `count` complaints."""
    ines, mei, rana, tomas = (
        Person.objects.create_user(f"{name.lower()}@example.com", name=name, **roles)
        for name, roles in (
            ("Ines", {}), ("Mei", {}), ("Rana", {"is_reviewer": True}), ("Tomas", {"is_operator": True})
        )
    )  # fmt: skip
    holders = [
        Holder.objects.create(
            name="Halden & Moe AS" if not n else f"Fjell {n} AS", kind="enterprise", location="other",
            contact_email=f"ip{n}@fjell.example", verified_at=now,
        )
        for n in range(HOLDERS)
    ]  # fmt: skip
    Membership.objects.create(person=ines, holder=holders[0])
    places = [
        Marketplace.objects.create(
            slug=f"harbour-{n}",
            name=f"Harbour {n}",
            territory="*",
            calendar="CN",
            zone="Asia/Shanghai",
            packs=["platform"],
        )
        for n in range(PLACES)
    ]
    shops = [
        Seller.objects.create(marketplace=places[n % PLACES], ref=f"s{n}", name=f"Lantern Lane {n}")
        for n in range(SHOPS)
    ]
    ShopMember.objects.create(seller=shops[0], person=mei, role="admin", since=now)
    rights = [
        Right.objects.create(
            holder=holder, kind="trademark", state="approved", name=f"FJELL {n}", office="CN", territory="*",
            number=f"4190{n}", owner_name=holder.name, expires_on=date(2036, 7, 30), classes=[11], created_at=now,
        )
        for n, holder in enumerate(holders)
    ]  # fmt: skip
    _write(count, now, holders, rights, shops)
    return People(ines, mei, rana, tomas, holders[0].pk, shops[0].pk)


def _write(count: int, now: datetime, holders: list[Holder], rights: list[Right], shops: list[Seller]) -> None:
    from countermark.apps.complaints.models import Notice

    pack, when, made = procedure_loader.load("platform"), instant_writer(), walks(now)
    numbers = range(-(-count // LINES))
    texts = [seal(subject=f"holder:{holder.pk}", text="The mark is on the lamp.") for holder in holders]
    notices = Notice.objects.bulk_create(
        Notice(
            number=f"N-2026-{n:06}", holder=holders[n % HOLDERS], filer_role="right_holder", filer_name=holders[n % HOLDERS].name,
            filer_email="ip@fjell.example", marketplace_id=shops[_shop(n)].marketplace_id, right=rights[n % HOLDERS],
            right_frozen={"name": f"FJELL {n % HOLDERS}", "kind": "trademark", "office": "CN", "number": f"4190{n % HOLDERS}"},
            reason="TM-4", statement=texts[n % HOLDERS], pack=pack.id, pack_version=pack.version, pack_digest=pack.digest,
            submitted_at=now,
        )
        for n in numbers
    )  # fmt: skip
    for start in range(0, count, 5000):
        part = range(start, min(start + 5000, count))
        listings, copies, cases = (
            next_ids(table, len(part)) for table in ("listings_listing", "listings_frozencopy", "complaints_complaint")
        )
        rows = list(zip(part, listings, copies, cases, strict=True))
        put("listings_listing", LISTING_FIELDS, (_listing(n, pk, shops, when(now)) for n, pk, _, _ in rows))
        put("listings_frozencopy", COPY_FIELDS, (_copy(n, pk, listing, when(now)) for n, listing, pk, _ in rows))
        chains = [list(_events(case, _number(n), _of(made, n), when)) for n, _, _, case in rows]
        put(
            "complaints_complaint",
            ("id", *FIXED, *CASE_FIELDS),
            (
                (case, _number(n), notices[n // LINES].pk, n % LINES + 1, listing, shops[_shop(n // LINES)].pk, copy,
                 "platform", "CN", "Asia/Shanghai", pack.timing[0], when(_of(made, n).opened.at), 1,
                 notices[n // LINES].holder_id,
                 *case_columns(pack, _of(made, n).end, chains[n - start][-1][-1], when))
                for n, listing, copy, case in rows
            ),
        )  # fmt: skip
        put("complaints_complaintevent", EVENT_FIELDS, (row for rows in chains for row in rows))
        put("complaints_statementofreasons", STATEMENT_FIELDS, _statements(rows, made, when))


def _shop(notice: int) -> int:
    return notice // HOLDERS % SHOPS  # each holder complains of every shop


def _number(n: int) -> str:
    return f"CM-2026-{n // LINES:06}-{n % LINES + 1:02}"


def _of(made: list[list[Walk]], n: int) -> Walk:
    """The walk of case `n`: kinds by their share, spread over all holders and shops."""
    place, kind = n * 37 % 100, 0
    while place >= KINDS[kind][1]:
        place, kind = place - KINDS[kind][1], kind + 1
    return made[kind][n // 100 % WALKS]


def _listing(n: int, pk: int, shops: list[Seller], at: Any) -> tuple[Any, ...]:
    shop = shops[_shop(n // LINES)]
    title = f"Nordic mushroom lamp, dimmable, for the bedside table, model {n % 60}, lot {n}"
    url = f"https://harbour.example/i/{400_000 + n}"
    return (pk, shop.marketplace_id, "listing", str(400_000 + n), url, title, shop.pk, "up", at, "{}", "nothing", "{}")


def _copy(n: int, pk: int, listing: int, at: Any) -> tuple[Any, ...]:
    title = f"Nordic mushroom lamp, dimmable, for the bedside table, model {n % 60}, lot {n}"
    text = "A quiet light, E27, 40 W. " * 20
    return (pk, listing, at, f"{n:064}", title, text, "19.90", "CNY", "s", "Lantern Lane", "[]", "rest")


def _events(pk: int, number: str, walk: Walk, when: Any) -> Iterator[tuple[Any, ...]]:
    head = chain.GENESIS
    first = ("opened", "complainant", walk.opened, walk.opened.at)
    for event, by, case, at in (first, *((step.event, step.by, step.new, step.at) for step in walk.steps)):
        payload = chain.payload(
            complaint=number, seq=case.seq, event=event, by=by, at=at.isoformat(), recorded_at=at.isoformat(),
            state=case.state, ask=case.ask, data={},
        )  # fmt: skip
        head = chain.event_hash(head, payload)
        yield (pk, case.seq, event, by, when(at), when(at), case.state, case.ask, payload.decode(), head)


def _statements(rows: Any, made: list[list[Walk]], when: Any) -> Iterator[tuple[Any, ...]]:
    for n, _, _, pk in rows:
        for step in _of(made, n).steps:
            if step.raises_ask:
                yield statement_row(pk, step.new, step.event, Reasons(("no_answer",), automated_decision=True), when)


def a_case(state: str, **whose: Any) -> str:
    """The number of a case in this state."""
    return str(Complaint.objects.filter(state=state, **whose).order_by("pk").values_list("number", flat=True)[0])

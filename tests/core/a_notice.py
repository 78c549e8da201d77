"""Notices and counter-notices for the tests of the core: complete ones, changed only in what a test is about."""

from dataclasses import replace
from datetime import UTC, date, datetime

from countermark.core.counter_notice import CounterNotice
from countermark.core.notice import (
    Contact,
    EvidenceFacts,
    LineFacts,
    MandateFacts,
    Marketplace,
    Notice,
    RightFacts,
)

WEDNESDAY = datetime(2026, 2, 25, 1, 12, tzinfo=UTC)  # 09:12 in Shanghai

INES = Contact("Ines Moe", "ines@halden-moe.example", "Torgallmenningen 1, Bergen", "+47 55 00 00 00")
AYO = Contact("Ayo Adeyemi", "ayo@adeyemi-brandt.example", "12 Marina, Lagos", "+234 1 000 0000")
MEI = {
    "name": "Mei Lin",
    "email": "mei@lantern-lane.example",
    "address": "8 Zijin Rd, Hangzhou",
    "phone": "+86 571 0000",
}

TAOBAO = Marketplace("taobao", "CN", "CN")
DEMO_EU = Marketplace("demo-eu", "EU", "EU")
DEMO_US = Marketplace("demo-us", "US", "US-federal")
ALIEXPRESS = Marketplace("aliexpress", "*", "CN")

MARK = RightFacts(
    "R-1",
    "trademark",
    "CN",
    "CN",
    "41902337",
    "Halden & Moe AS",
    "approved",
    date(2029, 7, 30),
    (11,),
    "HALDEN & MOE",
    "HALDEN & MOE",
)
WORK = RightFacts(
    "R-2", "copyright", "US", "US", "VA 1-234-567", "Halden & Moe AS", "approved", None, (), "", "Fjord lamp drawings"
)
PATENT = RightFacts("R-3", "patent", "CN", "CN", "ZL200310102344.5", "Halden & Moe AS", "approved", date(2030, 1, 1))
MANDATE = MandateFacts("M-1", right_kinds=("trademark",), starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))

WORDS = "The lamps carry our wordmark on the base; we have licensed nobody here."
DECLARED = frozenset({"good_faith", "truth"})


def a_line(number: int = 1, listing: int | None = None, **changes: object) -> LineFacts:
    item = str(728391046512 + (listing if listing is not None else number))
    url = f"https://item.taobao.com/item.htm?id={item}"
    return replace(LineFacts(number, url, item, url), **changes)


def lines(count: int) -> tuple[LineFacts, ...]:
    return tuple(a_line(number) for number in range(1, count + 1))


def paper(kind: str, content: str = "a") -> EvidenceFacts:
    return EvidenceFacts(kind, f"{kind}.pdf", content * 64)


def a_notice(**changes: object) -> Notice:
    """Ines complains of one lamp on Taobao; nothing is wrong with it under the platform's procedure."""
    whole = Notice(
        filer_role="right_holder",
        filer=INES,
        verified=True,
        marketplace=TAOBAO,
        mode="listing",
        right=MARK,
        reason="TM-4",
        statement=WORDS,
        lines=lines(1),
        declarations=DECLARED,
    )
    return replace(whole, **changes)


def a_dmca_notice(**changes: object) -> Notice:
    """Ines complains of a copied drawing in the United States, with all that 17 U.S.C. 512(c)(3)(A) asks for."""
    declared = frozenset({"good_faith", "accuracy_perjury"})
    whole = a_notice(marketplace=DEMO_US, right=WORK, reason="CR-1", declarations=declared, signature="Ines Moe")
    return replace(whole, **changes)


def a_counter_notice(**changes: object) -> CounterNotice:
    """Mei bought sixty lamps from the owner; nothing is missing under the platform's procedure."""
    whole = CounterNotice(
        ground="bought_from_owner",
        statement="Sixty lamps, bought from Halden & Moe itself.",
        complaints=("CM-2026-000417-03",),
        evidence=(paper("purchase_proof"),),
        facts={"purchased_on": date(2025, 11, 4), "pieces": 60},
        declarations=frozenset({"truth"}),
        contact=MEI,
    )
    return replace(whole, **changes)

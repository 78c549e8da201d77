"""What do people do in a storm? Everything through /api/v1, with the keys of their programs, as fast as the desk answers.

One notice after the other is filed, found complete, answered by its sellers, answered back and decided; nobody waits for
anybody who has nothing to do with it. Then time passes: the case clock is moved to where the next clock runs out, again
and again, until no case waits on anybody. What a door answered with success is written down: it must be in the log, once.
"""

from __future__ import annotations

import io
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from storm_desk import SELLER_LISTINGS, SHOP, Installation

LINES = 20  # listings of one notice: four sellers with five each
AT_ONCE = 4  # programs that ask at the same time
PATIENCE = 180  # seconds a program goes on asking while the desk fails
AGAIN = 0.3  # seconds between two tries
STANDSTILL = 600  # seconds in which no clock has begun to run: something hangs
AT_A_TIME = timedelta(seconds=30)  # of case time: clocks that run out so close to each other are found by one sweep
LOOK_AGAIN = ("stale_case", "before_the_last_event")  # a letter arrived meanwhile, a clock of theirs is ahead of ours
SAID = "The base of the lamp carries our wordmark, see the photo. We have licensed nobody for lamps here."
ANSWER = "Halden & Moe licensed this lamp to our supplier until 2027; the letter names it on page one."
FATES = (  # what becomes of the cases of one seller, twelve sellers in turn
    *("silent", "not upheld", "takes down", "upheld", "late answer", "withdrawn"),
    *("silent", "accepted back", "not upheld", "dropped", "upheld", "silent"),
)
COUNTERED = ("accepted back", "not upheld", "upheld", "dropped")  # fates that begin with a counter-notice


class GaveUp(Exception):
    """The desk refused what had to work, or failed for too long."""


class Doors:
    """The API as programs use it: an idempotency key with every POST, the same request again when no answer came."""

    def __init__(self, url: str, keys: dict[str, str]) -> None:
        self._keys = keys
        self._client = httpx.Client(base_url=f"{url}/api/v1", timeout=120, limits=httpx.Limits(max_connections=32))
        self.tries, self.acts, self._lock = Counter[str](), Counter[tuple[str, str, str]](), threading.Lock()

    def ask(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """What the desk answered. Raises GaveUp with what it said."""
        until, once = time.monotonic() + PATIENCE, str(uuid4())
        while True:
            said, code = self._try(who, method, path, body, once, more)
            if said is not None and said.status_code < 400:
                return said.json()
            if code in LOOK_AGAIN:
                once = str(uuid4())
            elif said is not None and said.status_code < 500 and code != "request_still_running":
                raise GaveUp(f"{method} {path}: {said.status_code} {said.text[:600]}")
            if time.monotonic() > until:
                raise GaveUp(f"{method} {path}: {code}")
            self._count(f"again after {code}")
            time.sleep(AGAIN)

    def _try(
        self, who: str, method: str, path: str, body: Any, once: str, more: Any
    ) -> tuple[httpx.Response | None, str]:
        headers = {"Authorization": f"Bearer {self._keys[who]}", "If-Match": "*"}
        if method == "POST":
            headers["Idempotency-Key"] = once
        self._count("requests")
        try:
            said = self._client.request(method, path, json=body, headers=headers, **more)
        except httpx.HTTPError as fault:
            return None, type(fault).__name__
        is_problem = said.status_code >= 400 and said.headers.get("Content-Type", "").startswith("application/problem")
        return said, said.json()["code"] if is_problem else str(said.status_code)

    def _count(self, what: str) -> None:
        with self._lock:
            self.tries[what] += 1

    def happened(self, numbers: Iterable[str], event: str, by: str) -> None:
        """A door said that this happened in these cases."""
        with self._lock:
            self.acts.update((number, event, by) for number in numbers)


class Play:
    """One run, from the first notice to the last case at rest."""

    def __init__(self, desk: Installation, keys: dict[str, str], cases: int) -> None:
        self.desk, self.doors, self.cases = desk, Doors(desk.url, keys), cases
        with psycopg.connect(desk.shop_database) as shop:
            rows = shop.execute(
                "SELECT split_part(p.upc, '-', 2)::int, p.id::text, s.partner_id::text FROM catalogue_product p"
                " JOIN partner_stockrecord s ON s.product_id = p.id WHERE p.upc LIKE 'lamp-%' ORDER BY 1"
            ).fetchall()
        self.items = [item for _, item, _ in rows]
        self.seller = {item: seller for _, item, seller in rows}
        self.fate = {item: FATES[number // SELLER_LISTINGS % len(FATES)] for number, item, _ in rows}
        self.case: dict[str, str] = {}  # item -> the number of its case
        self.filed_again = 0
        self._late: dict[str, list[str]] = defaultdict(list)  # seller -> cases answered at the second chance

    def begin(self) -> None:
        """What is there before the watch starts: a photo sent in."""
        self._right = self.doors.ask("holder", "GET", "/rights")["items"][0]["id"]
        self._photo = self._upload("holder", "#b8893b")
        self._paper = {seller: self._upload(seller, "#5b6f8a") for seller in self._sellers_of("late answer")}

    def run(self, say: Callable[[str], None]) -> None:
        pieces = [self.items[first : first + LINES] for first in range(0, len(self.items), LINES)]
        started = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._file_and_accept, pieces))
            say(f"filed and accepted after {time.monotonic() - started:.0f} s")
            list(pool.map(self._answer_and_decide, pieces))
        say(f"answered and decided after {time.monotonic() - started:.0f} s")
        _until(lambda: not _pending(), "steps go out")
        jumps = self._let_time_pass()
        say(f"all at rest after {time.monotonic() - started:.0f} s and {jumps} jumps of the case clock")

    # --- filing -------------------------------------------------------------------------------------------------------

    def _file_and_accept(self, items: Sequence[str]) -> None:
        while items:
            cases = self._file(items)
            unknown = [item for item, number in cases.items() if not number[1]]
            self.case |= {item: number for item, (number, _) in cases.items()}
            if unknown:  # the shop did not say whose these are: taken back, and filed again
                self._answer(
                    "withdrawn", [self.case[item] for item in unknown], "The seller is not known; filed again."
                )
                self.filed_again += len(unknown)
            if known := [self.case[item] for item in items if item not in unknown]:
                self._decide(known[0], "accepted", [], and_alike=len(known) > 1, expect=known)
            items = unknown

    def _file(self, items: Sequence[str]) -> dict[str, tuple[str, str]]:
        """The number and the seller of the case that each listing became."""
        body = {
            "marketplace": SHOP,
            "right": self._right,
            "reason": "TM-4",
            "listings": [f"{self.desk.shop_url}/catalogue/lamp_{item}/" for item in items],
            "statement": SAID,
            "evidence": [{"file": self._photo, "kind": "photo"}],
            "declarations": ["good_faith", "truth"],
            "signature": "Ines Moe",
        }
        notice = self.doors.ask("holder", "POST", "/notices", body)
        if notice["left_out"]:
            raise GaveUp(f"{notice['number']} left out {notice['left_out']}")
        cases = {row["listing"]["item_id"]: (row["number"], row["seller"]) for row in notice["complaints"]}
        self.doors.happened([number for number, _ in cases.values()], "opened", "complainant")
        return cases

    def _upload(self, who: str, colour: str) -> int:
        from PIL import Image

        picture = io.BytesIO()
        Image.new("RGB", (320, 240), colour).save(picture, "PNG")
        sent = {"file": ("photo.png", picture.getvalue(), "image/png")}
        return int(self.doors.ask(who, "POST", "/files", files=sent)["id"])

    # --- answering and deciding ---------------------------------------------------------------------------------------

    def _answer_and_decide(self, items: Sequence[str]) -> None:
        wanted = [self.case[item] for item in items]
        _until(lambda: "checking" not in _states(wanted), "a notice is found complete")
        by_fate: dict[str, list[str]] = defaultdict(list)
        for item in items:
            by_fate[self.fate[item]].append(item)
        for fate in COUNTERED:
            self._counter(by_fate[fate])
        for seller, items_of in self._by_seller(by_fate["takes down"]):
            cases = [self.case[item] for item in items_of]
            self.doors.ask(seller, "POST", "/take-downs", {"cases": [{"number": number} for number in cases]})
            self.doors.happened(cases, "seller_removed", "seller")
        self._answer("withdrawn", self._cases(by_fate["withdrawn"]), "We have found a licence after all.")
        self._answer("counter_accepted", self._cases(by_fate["accepted back"]), "The letter is ours.")
        contested = self._cases([*by_fate["upheld"], *by_fate["not upheld"]])
        self._answer("counter_rejected", contested, "The letter names another shop and other goods.")
        for item in by_fate["upheld"]:
            self._decide(self.case[item], "decided_for_holder", ["tm_mark_on_goods"])
        for item in by_fate["not upheld"]:
            self._decide(self.case[item], "decided_for_seller", ["genuine_goods"])

    def _counter(self, items: Iterable[str], *, paper: bool = False) -> None:
        for seller, items_of in self._by_seller(items):
            cases = [self.case[item] for item in items_of]
            body = {
                "cases": [{"number": number} for number in cases],
                "ground": "licence",
                "statement": ANSWER,
                "facts": {"licensed_until": "2027-03-31"},
                "evidence": [{"file": self._paper[seller], "kind": "licence_letter"}] if paper else [],
                "declarations": ["truth"],
                "signature": "Mei Lin",
                "contact": {"name": "Mei Lin", "address": "Lantern Lane 4, Hangzhou", "phone": "+86 571 0000 0000"},
            }
            self.doors.ask(seller, "POST", "/counter-notices", body)
            self.doors.happened(cases, "counter_notice_filed", "seller")

    def _answer(self, event: str, cases: Sequence[str], words: str) -> None:
        """One answer to all of them; to those that a letter had moved meanwhile once more."""
        until, left = time.monotonic() + PATIENCE, list(cases)
        while left:
            body = {"event": event, "words": words, "cases": [{"number": number} for number in left]}
            told = self.doors.ask("holder", "POST", "/answers", body)["cases"]
            self.doors.happened([one["number"] for one in told if one["done"]], event, "complainant")
            refused = [one for one in told if not one["done"]]
            if any(one["problem"]["code"] not in LOOK_AGAIN for one in refused) or time.monotonic() > until:
                raise GaveUp(f"{event}: {refused}")
            left = [one["number"] for one in refused]

    def _decide(
        self, number: str, event: str, grounds: list[str], *, and_alike: bool = False, expect: Sequence[str] = ()
    ) -> None:
        body = {"event": event, "grounds": grounds, "words": WORDS.get(event, ""), "and_alike": and_alike}
        step = self.doors.ask("reviewer", "POST", f"/complaints/{number}/decision", body)
        made = {number, *step["also"]}
        if expect and made != set(expect):
            raise GaveUp(f"{event} of {number} was made for {sorted(made)}, not for {sorted(expect)}")
        self.doors.happened(made, event, "reviewer")

    # --- time ---------------------------------------------------------------------------------------------------------

    def _let_time_pass(self) -> int:
        """Move the case clock to where the next clock runs out until nobody is waited for; returns how often."""
        from countermark.apps.complaints.models import Complaint
        from countermark.apps.work.services import case_now, move_case_clock

        jumps, running, until = 0, Complaint.objects.exclude(waits_on=""), time.monotonic() + STANDSTILL
        while running.exists() and time.monotonic() < until:  # what stands still is found by the count
            self._second_chances()
            nothing_due = not running.filter(due_at__lte=case_now(), escalated=False).exists()
            due = running.filter(due_at__isnull=False).order_by("due_at").values_list("due_at", flat=True).first()
            if due is None or not nothing_due:  # somebody has to be told first, or the sweep has to come by
                time.sleep(AGAIN)
                continue
            move_case_clock(to=due + AT_A_TIME)
            jumps, until = jumps + 1, time.monotonic() + STANDSTILL
        return jumps

    def _second_chances(self) -> None:
        """Who was silent at first and now answers; and the complainant, who then gives in."""
        from countermark.apps.complaints.models import Complaint

        late = [self.case[item] for item in self.items if self.fate[item] == "late answer"]
        waiting = Complaint.objects.filter(number__in=late, state="removed", round=2)
        items = list(waiting.values_list("listing__item_id", flat=True))
        if items:
            self._counter(items, paper=True)
            self._answer("counter_accepted", self._cases(items), "The letter is ours.")

    # --- who is who ---------------------------------------------------------------------------------------------------

    def _cases(self, items: Iterable[str]) -> list[str]:
        return [self.case[item] for item in items]

    def _sellers_of(self, fate: str) -> set[str]:
        return {self.seller[item] for item in self.items if self.fate[item] == fate}

    def _by_seller(self, items: Iterable[str]) -> list[tuple[str, list[str]]]:
        """Each seller with its items, notice by notice: one answer is for one notice."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for item in items:
            found[self.seller[item], self.case[item].rpartition("-")[0]].append(item)
        return [(seller, items_of) for (seller, _), items_of in found.items()]


WORDS = {
    "decided_for_holder": "The base of the lamp in the frozen pictures carries the word HALDEN & MOE; no licence is shown.",
    "decided_for_seller": "The seller's letter shows that these lamps were first sold by the owner itself.",
}


def _pending() -> bool:
    from countermark.apps.decisions.models import PendingStep

    return PendingStep.objects.exists()


def _states(numbers: Sequence[str]) -> set[str]:
    from countermark.apps.complaints.models import Complaint

    return set(Complaint.objects.filter(number__in=numbers).values_list("state", flat=True))


def _until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            raise GaveUp(f"waited {PATIENCE} s, and not: {what}")
        time.sleep(AGAIN)

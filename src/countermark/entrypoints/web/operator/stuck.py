"""What is stuck at this desk, and which button mends it?

Nobody loses a right by what stands here: a clock that was not served does not run, and what is late escalates. Counted
the same way on the home page and in the bar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce, Left, NullIf
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from countermark.apps.complaints.models import Complaint
from countermark.apps.enforcement import selectors as enforced
from countermark.apps.keeping import going_on
from countermark.apps.notifications import right_letters
from countermark.apps.orders import appeals
from countermark.apps.orders import letters as order_letters
from countermark.apps.webhooks.selectors import stopped_endpoints
from countermark.apps.work import moments
from countermark.apps.work.counts import number_of, together
from countermark.apps.work.jobs import LEASE
from countermark.apps.work.models import Job, Worker
from countermark.entrypoints.web.operator.letters import Letter, not_arrived
from countermark.entrypoints.web.operator.words import answer_words, job_words

Rows = Sequence[Any]
Found = Mapping[str, Rows]  # rows by the name of their query
MOST = 500  # rows of one kind that are looked at
LAST_ERROR = Left("last_error", 120)
HELD_BY = Coalesce(NullIf("claimed_by__name", Value("")), "claimed_by__email", output_field=CharField())
ASKED = ("asked_at", "attempts", "answer")
PLACE = {
    "place": F("listing__marketplace__name"),
    "slug": F("listing__marketplace__slug"),
    "zone": F("listing__marketplace__zone"),
}
SHOP = {
    "shop": F("seller__name"),
    "place": F("seller__marketplace__name"),
    "slug": F("seller__marketplace__slug"),
    "zone": F("seller__marketplace__zone"),
}
ORDER = {"number": F("order__number"), "zone": F("order__marketplace__zone")}


@dataclass(frozen=True)
class Task:
    """One thing that is stuck: its heading, its tag (tone, icon, word), one sentence, and where it is mended.

    `do` is what the button beside it does at once (web/operator/mending.py); "" where a person has to look first."""

    heading: str
    tone: str
    icon: str
    word: str
    text: str
    url: str
    button: str
    do: str = ""
    do_button: str = ""


def asked(*, at: datetime, now: datetime) -> dict[str, QuerySet[Any]]:
    """The short queries of what is stuck at `at` (case time) and `now` (real time), for `work.counts.together`."""
    late, due = Complaint.objects.filter(escalated=True), Job.objects.filter(failed_at=None, run_at__lte=now)
    held = {f"held_{kind}": number_of(going_on.held(kind)) for kind in going_on.LETTER_JOBS}
    return {
        **held,
        "restored": going_on.not_released().values("backup_at")[:1],
        "workers": Worker.objects.order_by("name").values("name", "beat_at", "doing", "done"),
        "due": number_of(due),
        "failed": Job.objects.exclude(failed_at=None).order_by("failed_at").values("kind", error=LAST_ERROR)[:MOST],
        "by_hand": enforced.to_do_by_hand().values(*ASKED, **PLACE)[:MOST],
        "unconfirmed": enforced.not_confirmed(at=at).values(*ASKED, **PLACE)[:MOST],
        "shops": enforced.open_shop_measures().values("by_hand", "seller_id", *ASKED, **SHOP)[:MOST],
        "appeals": appeals.waiting().values("pk", "due_at", **ORDER)[:MOST],
        "order_letters": _order_letters_asked(),
        "right_letters": _right_letters_asked(),
        "webhooks": stopped_endpoints().values("name")[:MOST],
        "late_in_all": number_of(late),
        "late": late.order_by("due_at", "pk").values("number", "due_at", "zone", holder_name=HELD_BY)[:1],
    }


def _order_letters_asked() -> QuerySet[Any]:
    rows = order_letters.not_arrived().order_by("failed_at", "pk")
    named = {"number": F("order__number"), "shop": F("seller__name"), "authority": F("order__authority")}
    return rows.values("address", "answer", **named)[:MOST]


def _right_letters_asked() -> QuerySet[Any]:
    named = {"name": F("right__name"), "who": F("holder__name"), "reached": F("holder__contact_email")}
    return right_letters.not_arrived().values("address", "answer", **named)[:MOST]


def tasks(
    *, at: datetime, now: datetime, found: Found | None = None, letters: list[Letter] | None = None
) -> list[Task]:
    """Everything that is stuck, the most pressing kind first.

    `found` are the rows of `asked`, `letters` those of `not_arrived`, where they were read already."""
    found = together(**asked(at=at, now=now)) if found is None else found
    return [
        *_held(found),
        *_workers(found, now),
        *_jobs(found["failed"]),
        *_letters(not_arrived(at=at) if letters is None else letters),
        *_unconfirmed(found["unconfirmed"]),
        *_by_hand(found["by_hand"]),
        *_shops(found["shops"], at),
        *_appeals(found["appeals"], at),
        *_order_letters(found["order_letters"]),
        *_right_letters(found["right_letters"]),
        *_webhooks(found["webhooks"]),
        *_late(found),
    ]


def heading(count: int) -> str:
    """The finding of the home page."""
    words = {
        0: gettext("Nothing is stuck"),
        1: gettext("One thing is stuck"),
        2: gettext("Two things are stuck"),
        3: gettext("Three things are stuck"),
        4: gettext("Four things are stuck"),
        5: gettext("Five things are stuck"),
    }
    return words.get(count) or gettext("%(count)s things are stuck") % {"count": count}


def _held(found: Found) -> Iterator[Task]:
    """A restored installation stands still until somebody has looked."""
    if not (restored := found["restored"]):
        return
    letters = sum(row.n for kind in going_on.LETTER_JOBS for row in found[f"held_{kind}"])
    words = {"when": moments.moment(restored[0].backup_at, year=False), "n": letters}
    text = ngettext(
        "It stands as on %(when)s; %(n)s letter is held. Look, then release it.",
        "It stands as on %(when)s; %(n)s letters are held. Look, then release it.",
        letters,
    )
    yield Task(
        gettext("Restored from a backup, and held"),
        "late",
        "pause-circle",
        gettext("Standing still"),
        text % words,
        reverse("operator:release"),
        gettext("See what is held"),
    )


def _workers(found: Found, now: datetime) -> Iterator[Task]:
    if any(worker.beat_at >= now - LEASE for worker in found["workers"]):
        return
    waiting = sum(row.n for row in found["due"])
    text = ngettext("%(n)s job waits.", "%(n)s jobs wait.", waiting) % {"n": waiting}
    yield Task(
        gettext("No worker is running"),
        "late",
        "x-octagon-fill",
        gettext("Standing still"),
        gettext("%(jobs)s Letters, measures and what fell due wait until one is started: countermark worker.")
        % {"jobs": text},
        reverse("operator:jobs"),
        gettext("See the jobs"),
    )


def _jobs(failed: Rows) -> Iterator[Task]:
    if not failed:
        return
    kinds = moments.joined(dict.fromkeys(job_words(job.kind) for job in failed))
    yield Task(
        ngettext("%(n)s job was given up", "%(n)s jobs were given up", len(failed)) % {"n": len(failed)},
        "late",
        "exclamation-octagon-fill",
        gettext("Failing"),
        gettext("%(kinds)s. Last error: %(error)s") % {"kinds": kinds, "error": failed[-1].error},
        f"{reverse('operator:jobs')}?state=failed",
        gettext("See what failed"),
        "jobs",
        gettext("Try all of it again"),
    )


def _letters(letters: list[Letter]) -> Iterator[Task]:
    if not letters:
        return
    oldest = moments.moment(min(letter.since for letter in letters), letters[0].zone, year=False)
    waits = any(letter.cases for letter in letters)
    text = gettext("Their clocks have not started.") if waits else gettext("No clock waits for it.")
    yield Task(
        ngettext("%(n)s party could not be told", "%(n)s parties could not be told", len(letters))
        % {"n": len(letters)},
        "soon",
        "envelope-exclamation",
        gettext("Not served"),
        gettext("%(text)s Oldest: %(oldest)s.") % {"text": text, "oldest": oldest},
        reverse("operator:deliveries"),
        ngettext("See the address", "See the %(n)s addresses", len(letters)) % {"n": len(letters)},
    )


def _unconfirmed(measures: Rows) -> Iterator[Task]:
    for place, group in groupby(sorted(measures, key=lambda m: (m.place, m.asked_at)), _place):
        rows = list(group)
        words = {"n": len(rows), "place": place}
        yield Task(
            ngettext(
                "%(n)s listing: %(place)s has not confirmed", "%(n)s listings: %(place)s has not confirmed", len(rows)
            )
            % words,
            "soon",
            "question-octagon",
            gettext("Not confirmed"),
            _asked(rows),
            f"{reverse('operator:measures')}?what=unconfirmed",
            gettext("See the listings"),
            f"measures:{rows[0].slug}",
            gettext("Ask once more"),
        )


def _asked(rows: Rows) -> str:
    """How often it was asked since when, and what came back; the rows oldest first."""
    answer = next((row.answer for row in reversed(rows) if row.answer), "")
    since, tries = moments.moment(rows[0].asked_at, rows[0].zone, year=False), max(row.attempts for row in rows)
    text = ngettext("Asked %(n)s time since %(since)s.", "Asked %(n)s times since %(since)s.", tries)
    last = gettext("Last answer: %(answer)s") % {"answer": answer} if answer else gettext("No answer came.")
    return f"{text % {'n': tries, 'since': since}} {last}"


def _place(measure: Any) -> str:
    return str(measure.place)


def _by_hand(measures: Rows) -> Iterator[Task]:
    if not measures:
        return
    places = moments.joined(dict.fromkeys(_place(m) for m in measures))
    yield Task(
        ngettext("%(n)s measure to do by hand", "%(n)s measures to do by hand", len(measures)) % {"n": len(measures)},
        "you",
        "hand-index",
        gettext("Yours to do"),
        gettext("%(places)s: do it there, then say here how the listing stands.") % {"places": places},
        f"{reverse('operator:measures')}?what=by_hand",
        gettext("See what to do"),
    )


def _shops(rows: Rows, at: datetime) -> Iterator[Task]:
    """Measures on whole shops: those to do by hand, and those a marketplace has not confirmed in time."""
    if by_hand := [row for row in rows if row.by_hand]:
        yield _shops_by_hand(by_hand)
    late = [row for row in rows if not row.by_hand and row.asked_at <= at - enforced.CONFIRMED_WITHIN]
    for place, group in groupby(sorted(late, key=lambda m: (m.place, m.asked_at)), _place):
        yield _shops_unconfirmed(place, list(group))


def _shops_by_hand(rows: Rows) -> Task:
    url, button = _to_shops(rows)
    names = moments.joined(dict.fromkeys(row.shop for row in rows[:5]))
    return Task(
        ngettext("%(n)s measure on a shop to do by hand", "%(n)s measures on shops to do by hand", len(rows))
        % {"n": len(rows)},
        "you",
        "hand-index",
        gettext("Yours to do"),
        gettext("%(shops)s: do it at the marketplace, then say on the shop’s page that it is done.") % {"shops": names},
        url,
        button,
    )


def _shops_unconfirmed(place: str, rows: Rows) -> Task:
    url, button = _to_shops(rows)
    heading = ngettext("%(n)s shop: %(place)s has not confirmed", "%(n)s shops: %(place)s has not confirmed", len(rows))
    return Task(
        heading % {"n": len(rows), "place": place},
        "soon",
        "question-octagon",
        gettext("Not confirmed"),
        _asked(rows),
        url,
        button,
        f"shops:{rows[0].slug}",
        gettext("Ask once more"),
    )


def _to_shops(rows: Rows) -> tuple[str, str]:
    """Where these are mended, and the word on the button."""
    if len({row.seller_id for row in rows}) == 1:
        return reverse("operator:shop", args=[rows[0].seller_id]), gettext("Open the shop")
    return f"{reverse('operator:shops')}?what=open", gettext("See the shops")


def _appeals(rows: Rows, at: datetime) -> Iterator[Task]:
    """Appeals of sellers against the operator's own decisions: an answer is owed, by another than who decided."""
    if not rows:
        return
    first, count = rows[0], {"n": len(rows)}
    words = {"number": first.number, "due": moments.deadline(first.due_at, first.zone, year=False)}
    late = first.due_at <= at
    yield Task(
        ngettext("%(n)s seller appeals our own decision", "%(n)s sellers appeal our own decisions", len(rows)) % count,
        "late" if late else "you",
        "alarm" if late else "person-fill",
        gettext("Late") if late else gettext("Yours to do"),
        gettext("%(number)s: to be answered by %(due)s, by another person than who decided.") % words,
        reverse("operator:order-appeal", args=[first.pk]) if len(rows) == 1 else reverse("operator:order-appeals"),
        gettext("Open the appeal") if len(rows) == 1 else gettext("See the appeals"),
    )


def _order_letters(letters: Rows) -> Iterator[Task]:
    if not letters:
        return
    first, numbers = letters[0], dict.fromkeys(letter.number for letter in letters)
    words = {"number": first.number, "who": first.shop or first.authority}
    why = answer_words(first.answer) if first.address else gettext("no address is known")
    text = gettext("%(number)s, to %(who)s: %(why)s.") % {**words, "why": why}
    again = any(letter.address and letter.answer != going_on.HELD for letter in letters)
    count = ngettext(
        "%(n)s letter about an order did not arrive", "%(n)s letters about orders did not arrive", len(letters)
    )
    yield Task(
        count % {"n": len(letters)},
        "soon",
        "envelope-exclamation",
        gettext("Not told"),
        text,
        reverse("operator:order", args=list(numbers))
        if len(numbers) == 1
        else f"{reverse('operator:orders')}?state=untold",
        gettext("Open the order") if len(numbers) == 1 else gettext("See the orders"),
        "letters" if again else "",
        gettext("Send once more") if again else "",
    )


def _right_letters(letters: Rows) -> Iterator[Task]:
    """Letters about rights: no clock waits for them, and the holder finds them among its messages."""
    if not letters:
        return
    first = letters[0]
    why = answer_words(first.answer) if first.address else gettext("no address is known")
    words = {"right": first.name, "who": first.who, "why": why}
    again = any(letter.reached and letter.answer != going_on.HELD for letter in letters)
    count = ngettext(
        "%(n)s letter about a right did not arrive", "%(n)s letters about rights did not arrive", len(letters)
    )
    yield Task(
        count % {"n": len(letters)},
        "soon",
        "envelope-exclamation",
        gettext("Not told"),
        gettext("%(right)s, to %(who)s: %(why)s.") % words,
        reverse("operator:right-letters"),
        ngettext("See the letter", "See the %(n)s letters", len(letters)) % {"n": len(letters)},
        "right_letters" if again else "",
        gettext("Send once more") if again else "",
    )


def _webhooks(stopped: Rows) -> Iterator[Task]:
    """Programs of the platform that are told nothing any more; those of other parties are theirs to mend."""
    if not stopped:
        return
    names = moments.joined(endpoint.name for endpoint in stopped)
    yield Task(
        ngettext("%(n)s webhook was stopped", "%(n)s webhooks were stopped", len(stopped)) % {"n": len(stopped)},
        "soon",
        "send",
        gettext("Not delivered"),
        gettext("%(names)s. What happens meanwhile is kept and sent when it is resumed.") % {"names": names[:300]},
        reverse("webhooks:endpoints"),
        gettext("See the webhooks"),
    )


def _late(found: Found) -> Iterator[Task]:
    if not (cases := found["late"]):
        return
    first, count = cases[0], sum(row.n for row in found["late_in_all"])
    words = {"number": first.number, "due": moments.deadline(first.due_at, first.zone, year=False)}
    text = gettext("%(number)s was due %(due)s.") % words
    if first.holder_name:
        text = gettext("%(text)s Held by %(name)s.") % {"text": text, "name": first.holder_name}
    yield Task(
        ngettext("%(n)s case was not handled in time", "%(n)s cases were not handled in time", count) % {"n": count},
        "late",
        "alarm",
        gettext("Late"),
        text,
        reverse("operator:case", args=[first.number]) if count == 1 else f"{reverse('operator:cases')}?where=late",
        gettext("Open the case") if count == 1 else gettext("See the cases"),
    )

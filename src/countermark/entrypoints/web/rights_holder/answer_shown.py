"""What stands beside the question whether to accept an answer: the counter-notices, what silence means, what was missing."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from countermark.apps.complaints.held import Held
from countermark.apps.complaints.models import Complaint, CounterNotice, PartyWord
from countermark.apps.complaints.selectors import case_view
from countermark.apps.work.sealing import unseal
from countermark.core import catalogue
from countermark.core.complaint import foresee
from countermark.entrypoints.web.case_file import said
from countermark.entrypoints.web.rights_holder.case import counter_shown

Rows = Sequence[tuple[Complaint, Held]]


def counters(picked: Rows) -> list[dict[str, Any]]:
    """The counter-notices these cases wait on, each once, with the cases it answers."""
    ids = [case.pk for case, _ in picked]
    rows = CounterNotice.objects.filter(lines__complaint__in=ids).distinct().order_by("-filed_at")
    newest: dict[int, CounterNotice] = {}
    for counter in rows.select_related("statement__key", "contact__key", "seller").prefetch_related(
        "files__file", "lines"
    ):
        for line in counter.lines.all():
            newest.setdefault(line.complaint_id, counter)
    found: dict[int, dict[str, Any]] = {}
    for case, _ in picked:
        counter = newest.get(case.pk)
        if counter is not None:
            found.setdefault(counter.pk, _counter(counter, case))["cases"].append(case)
    return list(found.values())


def _counter(counter: CounterNotice, case: Complaint) -> dict[str, Any]:
    view = case_view(case.number, reader="complainant", holder_ids=[case.notice.holder_id or 0])
    return {**counter_shown(view, counter), "seller": counter.seller.name, "cases": []}


def consequences(picked: Rows) -> list[str]:
    """What silence means, for these cases."""
    said = {
        "nothing": gettext(
            "If you do not answer in time, the complaint is dropped and the listing stays up, or comes back."
        ),
        "remove": gettext("If you do not answer in time, the listing stays down."),
    }
    asks = set()
    for _, held in picked:
        state = held.procedure.states[foresee(held.procedure, held.case, "due", "clock")]
        asks.add(state.asks if state.asks in said else "nothing")
    return [said[ask] for ask in sorted(asks)]


def missing(picked: Rows) -> list[dict[str, Any]]:
    """What the reviewer named when the notice was sent back."""
    known = catalogue.load().decision_grounds
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    ids = [case.pk for case, _ in picked]
    for word in PartyWord.objects.filter(complaint__in=ids, by="reviewer").select_related("text__key").order_by("seq"):
        text = said(unseal(word.text))
        titles = [gettext(known[code].title) for code in word.codes if code in known]
        found[(*word.codes, text)] = {"titles": titles, "text": text}
    return list(found.values())

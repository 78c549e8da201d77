"""Orders of a court or an authority: an operator records that a listing has to go back up, or has to come down.

The order itself is not judged here; it is carried out, and its reference is kept sealed beside the event. A listing that
comes down by order has its statement of reasons like any other restriction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from countermark.apps.complaints.held import hold
from countermark.apps.complaints.replies import keep_words, word_data
from countermark.apps.complaints.services import Reasons, act
from countermark.apps.parties.models import Person
from countermark.apps.parties.people import note
from countermark.apps.work.sealing import seal
from countermark.core import catalogue
from countermark.core.complaint import Case
from countermark.core.defect import Defect, unprintable

ORDERS = ("ordered_up", "ordered_down")
GROUND = "ordered"  # of core/catalogue/decision_grounds.toml


class OrderDefective(Exception):
    """The order cannot be recorded as described; `defects` names all of it. Nothing was recorded."""

    code = "order_defective"
    http_status_hint = 422

    def __init__(self, defects: tuple[Defect, ...]) -> None:
        self.defects = defects
        super().__init__("; ".join(defect.code for defect in defects))


def order_defects(event: str, reference: str) -> tuple[Defect, ...]:
    """Everything there is to mend before this order can be recorded."""
    most = catalogue.load().number("statement_max")
    found = [] if event in ORDERS else [Defect("order_direction", "event")]
    if not reference.strip():
        found.append(Defect("order_reference", "reference"))
    elif len(reference) > most:
        found.append(Defect("order_reference_long", "reference", data={"most": most}))
    return (*found, *unprintable({"reference": reference}))


@transaction.atomic
def record_order(
    *, complaint_id: int, event: str, reference: str, seen: Mapping[int, int], by: Person, at: datetime, now: datetime
) -> Case:
    """Let an order take effect on one case. `reference`: who ordered what, when, under which number.

    Raises OrderDefective, StaleCase and the refusals of core.complaint; then nothing was recorded.
    """
    if defects := order_defects(event, reference):
        raise OrderDefective(defects)
    held = hold([complaint_id])
    text = seal(subject=f"case:{held[0].number}", text=reference.strip())
    reasons = Reasons((GROUND,), {}, text.pk)
    moved = act([complaint_id], event, by="operator", at=at, seen=seen, data=word_data(text, ()), reasons=reasons)
    keep_words(held, moved, by="operator", text=text)
    note("order.recorded", by=by, now=now, case=held[0].number, order=event)
    return moved[0]

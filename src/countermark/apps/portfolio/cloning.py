"""A right begun as a copy of another: what is the same for all marks of a brand need not be typed again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from countermark.apps.parties.models import Person
from countermark.apps.rights import services
from countermark.apps.rights.models import Right, RightEvent
from countermark.core import catalogue

ITS_OWN = ("number",)  # and every day: no two registrations share them


@transaction.atomic
def clone(*, right: Right, by: Person | None, at: datetime) -> Right:
    """A draft with the same answers but for the number and the days. Papers prove one right and are not copied."""
    fields = catalogue.load().fields_of(right.kind, is_agent=right.holder.is_agent)
    same = {field.id for field in fields if field.type != "date"} - set(ITS_OWN)
    answers = {name: text for name, text in right.fields.items() if name in same}
    copy = services.save_draft(holder=right.holder, kind=right.kind, answers=answers, at=at)
    RightEvent.objects.create(right=copy, event="cloned", by=by, at=at, data={"right": right.pk})
    return copy

"""What the examples about registers stand in: a draft whose record was fetched, and a verified mark its register speaks against.

Both are of Ines, with numbers of their own (700021 and on); the office is the made-up one of the demo.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from countermark.apps.rights.models import Right, RightRecord
from countermark.apps.rights.services import save_draft
from countermark.connectors.office import OfficeRecord
from countermark.connectors.office_fake import DEMO
from people import World, a_right

FJELL = DEMO[0]


def furnish(world: World, at: datetime) -> None:
    """Both of them."""
    answers = {"office": "US", "name": "FJELD", "number": "7654321", "owner": world.halden.name}
    draft = save_draft(holder=world.halden, kind="trademark", answers=answers, at=at)
    Right.objects.filter(pk=draft.pk).update(id=700021)
    mark = a_right(world.halden, pk=700022, name="FJELL", office="US", territory="US", number="7654321",
                   expires_on=date(2029, 3, 5))  # fmt: skip
    record(700021, Right.objects.get(pk=700021), FJELL, at)
    record(700022, mark, replace(FJELL, status="ended"), at, findings=["register_ended"], waits=True)


def record(pk: int, right: Right, said: OfficeRecord, at: datetime, **more: Any) -> RightRecord:
    """What the register said of `right`."""
    return RightRecord.objects.create(
        pk=pk,
        right=right,
        office=right.office,
        number=said.number,
        content=said.as_json(),
        fetched_at=at,
        same_at=at,
        **more,
    )

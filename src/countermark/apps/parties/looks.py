"""Who of the desk looked at what? One row each time something about a party was shown; never changed, kept a year at least."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from countermark.apps.parties.models import Look

WHAT = (
    "case", "letter", "file", "identity_document", "right", "mandate", "account", "appeal", "measure", "order", "shop",
    "person", "endpoint", "finding", "link", "list",
)  # fmt: skip


def keep_look(*, person_id: int, role: str, what: str, key: str, now: datetime, request_id: str = "") -> Look:
    """Keep that something was shown. ValueError for a kind that is not in WHAT: nobody could find it again."""
    if what not in WHAT:
        raise ValueError(f"nobody can look at {what!r}; it may be {', '.join(WHAT)}")
    return Look.objects.create(
        person_id=person_id, role=role, what=what, key=key[:120], at=now, request_id=request_id[:80]
    )


def looks(*, of: int | None = None, what: str = "", q: str = "") -> QuerySet[Look]:
    """Looks, newest first: of one person, at one kind of thing, with this in the number or the name of whoever looked."""
    rows = Look.objects.select_related("person").order_by("-at", "-pk")
    if of is not None:
        rows = rows.filter(person=of)
    if what:
        rows = rows.filter(what=what)
    if q:
        rows = rows.filter(Q(key__iexact=q) | Q(person__name__icontains=q) | Q(request_id=q))
    return rows

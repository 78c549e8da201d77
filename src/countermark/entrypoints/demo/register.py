"""How do the rights of the demo come to be there? Registered by their holders and verified by reviewers, as any right is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext

from countermark.apps.complaints import rights_watch
from countermark.apps.rights import completeness, services
from countermark.apps.rights.models import Right, RightEvent
from countermark.apps.work.models import Job
from countermark.entrypoints.demo import papers
from countermark.entrypoints.demo.cast import Cast
from countermark.entrypoints.demo.stories import Table, read
from countermark.entrypoints.demo.when import day, instant

LOOKED_AFTER = timedelta(hours=26)  # a registration sent is looked at on the next day
REVIEWERS = ("rana", "samir")
HEADINGS = {
    "en": ("Office", "Number", "Owner", "Name", "Given on"),
    "zh": ("机构", "编号", "权利人", "名称", "签发日期"),
}


def register_all(cast: Cast, *, now: datetime, each: Callable[[], None]) -> None:
    """Register every right of the world file; `each` is called after each one."""
    for number, row in enumerate(read("rights")["right"]):
        cast.rights[row["id"]] = _registered(cast, row, REVIEWERS[number % 2], now)
        each()
    verified = RightEvent.objects.filter(event="approved").values_list("pk", flat=True)
    Job.objects.filter(kind=services.TELL, key__in=map(str, verified)).delete()  # told long ago


def _registered(cast: Cast, row: Table, reviewer: str, now: datetime) -> Right:
    holder, member = cast.holders[row["holder"]], cast.members[row["holder"]]
    sent = instant(row["sent"], now)
    right = services.save_draft(holder=holder, kind=row["kind"], answers=_answers(row, holder.name, now), at=sent)
    if "picture" in row:
        services.attach_document(
            right=right, content=papers.picture(row["picture"]), name=f"{right.name}.png", kind="picture", by=member, at=sent
        )  # fmt: skip
    if row.get("then") == "draft":
        return Right.objects.get(pk=right.pk)
    asked = completeness.asked_documents(right.kind, right.fields, is_agent=holder.is_agent)
    for paper in asked:
        if paper.required:
            content, name = _paper(right, paper.label, row, sent)
            services.attach_document(right=right, content=content, name=name, kind=paper.id, by=member, at=sent)
    services.submit_right(right=right, by=member, at=sent)
    _verified(cast, right, row, reviewer, min(sent + LOOKED_AFTER, now))
    return Right.objects.select_related("holder").get(pk=right.pk)


def _answers(row: Table, holder_name: str, now: datetime) -> dict[str, str]:
    usual = read("rights")["usual"].get(row["kind"], {})
    ends = {"expires_on": day(row["ends"], now)} if "ends" in row else {}
    return {**usual, "owner": row.get("owner", holder_name), **ends, **row["answers"]}


def _verified(cast: Cast, right: Right, row: Table, reviewer: str, at: datetime) -> None:
    then = row.get("then", "approved")
    by = cast.reviewer(reviewer)
    if then == "returned":
        services.return_right(right=right, reasons=row["why"], note=row["note"], by=by, at=at)
    elif then != "pending":
        rights_watch.approve_right(right=right, by=by, at=at)
    if then == "ended":
        ended = datetime.fromisoformat(right.fields["expires_on"]).replace(hour=12, tzinfo=at.tzinfo)
        rights_watch.end_right(right=right, by=None, at=ended + timedelta(days=1), why="not renewed")


def _paper(right: Right, label: str, row: Table, at: datetime) -> tuple[bytes, str]:
    """A paper of this kind about this right, with its mark, and the name of the file; in the language of its holder."""
    language = right.holder.language
    with translation.override(language):
        title = gettext(label)
    facts = (right.office, right.number, right.owner_name, right.name, f"{at:%Y-%m-%d}")
    headings = HEADINGS["zh" if language.startswith("zh") else "en"]
    lines = [f"{heading}: {fact}" for heading, fact in zip(headings, facts, strict=True) if fact]
    mark = papers.picture(row["picture"]) if "picture" in row else None
    return papers.document(title, lines, logo=mark), f"{title}, {right.number or right.name}.pdf".replace("/", "-")

"""How is the invented world built? In the order in which it happened, through the services, until now.

People and rights first; then every step of every story by its instant, and between the steps time passes, so that silence,
reminders, letters and measures come where they would have come. In the end each case must stand where its story says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from countermark.apps.complaints import counter_drafts
from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions import services as decisions
from countermark.apps.notifications import services as notifications
from countermark.apps.notifications.models import Message
from countermark.apps.parties.selectors import owner_of
from countermark.entrypoints.demo import desk, filing, orders, screening
from countermark.entrypoints.demo.cast import Cast, assemble
from countermark.entrypoints.demo.identities import show_all
from countermark.entrypoints.demo.play import Story
from countermark.entrypoints.demo.register import register_all
from countermark.entrypoints.demo.stories import Table, notices, read
from countermark.entrypoints.demo.when import instant, ticks

Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much
SETTLED = timedelta(minutes=4)  # before now: letters need a moment to be taken
READ_AFTER = timedelta(hours=7)
SINCE = "320w 09:00"


class StoryWentAstray(Exception):
    """A case does not stand where its story says it ends. The world is not to be shown."""

    code = "story_went_astray"


def build(
    *, shop_url: str, at: datetime, progress: Progress = lambda *_: None, told: Sequence[Table] | None = None
) -> None:
    """Fill an empty installation. `at` is the case time it ends at, `shop_url` where the demo shop answers.

    `told` are the stories, all if left out. Raises StoryWentAstray, ValueError for a story that cannot be played.
    """
    told = notices() if told is None else told
    cast = assemble(shop_url=shop_url, since=instant(SINCE, at), now=timezone.now())
    show_all(cast.holders, cast.members, reviewer=cast.reviewer("rana"), now=timezone.now())
    rights = read("rights")["right"]
    done = iter(range(1, len(rights) + 1))
    register_all(cast, now=at, each=lambda: progress("rights", next(done), len(rights)))
    stories = [Story(each, cast, at) for each in told]
    _play(stories, at, progress)
    if told == notices():
        orders.lay(cast, shop_url=shop_url, now=at)
        screening.lay(cast, shop_url=shop_url, now=at)
    _on_the_desk(cast, stories, at)
    _read_the_mail(at)
    check(stories)


def _play(stories: Sequence[Story], now: datetime, progress: Progress) -> None:
    steps = [(at, n, step) for n, story in enumerate(stories) for at, step in story.steps()]
    if not steps:
        return
    passing = [(at, -1, desk.time_passes) for at in ticks(min(steps)[0], now - SETTLED)]
    timeline = sorted([*steps, *passing], key=lambda each: each[:2])
    for count, (at, n, step) in enumerate(timeline, 1):
        if n >= 0:
            desk.time_passes(at)
        step(at)
        if n >= 0:
            desk.catch_up(at)
        progress("history", count, len(timeline))
    desk.time_passes(now - SETTLED)


def _on_the_desk(cast: Cast, stories: Sequence[Story], now: datetime) -> None:
    """What lies on people's desks: a case each reviewer holds, a notice begun, an answer begun."""
    first = {story.name: story.cases({})[0] for story in stories}
    desks = read("desks")
    for name, reviewer in desks["held"].items():
        if name in first:
            decisions.claim(complaint_id=first[name].pk, reviewer=cast.reviewer(reviewer), now=timezone.now())
    filing.drafted(desks["draft"], cast, at=now - timedelta(hours=20))
    if row := first.get(desks["begun"]["story"]):
        _begun(row, desks["begun"], now - timedelta(hours=3))


def _begun(row: Complaint, typed: Table, at: datetime) -> None:
    assert row.seller is not None
    draft = counter_drafts.open_draft(notice=row.notice, seller=row.seller, at=at, complaint_ids=[row.pk])
    counter_drafts.save(draft, {name: typed[name] for name in ("ground", "statement")}, at=at)


def _read_the_mail(now: datetime) -> None:
    """Whoever has an account has read what came more than a day ago."""
    old = Message.objects.filter(created_at__lt=now - timedelta(days=1)).select_related("holder", "seller")
    for message in old.order_by("pk"):
        member = message.holder.memberships.order_by("pk").first() if message.holder else None
        reader = member.person if member else owner_of(message.seller) if message.seller else None
        if reader is not None:
            notifications.read(message, by=reader, at=message.created_at + READ_AFTER)


def check(stories: Sequence[Story]) -> None:
    """Every case stands where its story ends. Raises StoryWentAstray with all that do not."""
    wrong = [line for story in stories for line in _astray(story)]
    if wrong:
        raise StoryWentAstray("; ".join(wrong))


def _astray(story: Story) -> list[str]:
    found = [stands(row) for row in story.cases({})]
    pairs = zip(story.told["ends"], found, strict=True)
    return [f"{story.name} should be {want} and is {have}" for want, have in pairs if not _is(want, have)]


def stands(row: Complaint) -> str:
    """Where a case stands, as the stories say it: `removed@2`, `checking late`, `awaiting_seller@1 unserved`."""
    late = " late" if row.escalated else ""
    return f"{row.state}@{row.round}{late}{' unserved' if row.awaits_service else ''}"


def _is(wanted: str, found: str) -> bool:
    """A story may leave the round out."""
    state, _, rest = found.partition("@")
    without = f"{state}{rest[rest.find(' ') :] if ' ' in rest else ''}"
    return wanted in (found, without)

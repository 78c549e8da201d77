"""How does a story's notice get filed? As its author would: a draft, its lines checked, papers, declarations, sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from countermark.apps.complaints import drafts
from countermark.apps.complaints.intake import Filing, submit_notice
from countermark.apps.complaints.models import Notice
from countermark.apps.complaints.pasted import ReadLine
from countermark.apps.listings import services as listings
from countermark.apps.parties.models import Marketplace
from countermark.core import notice as rules
from countermark.core.defect import Contact
from countermark.entrypoints.demo import exhibits, shelves
from countermark.entrypoints.demo.cast import HARBOUR, Cast
from countermark.entrypoints.demo.stories import Table, holder_of

WRITING = timedelta(minutes=25)
DECLARED = ("good_faith", "truth", "accuracy_perjury")


def file(story: Table, cast: Cast, *, at: datetime, now: datetime) -> Notice:
    """File the notice of a story at `at`. Raises ValueError when a line of it cannot be sent."""
    if "guest" in story:
        return _by_guest(story, at)
    draft = drafted(story, cast, at=at)
    if story.get("marketplace", HARBOUR) != HARBOUR:
        return _elsewhere(story, cast, draft, at)
    return drafts.submit(draft, at=at, language=draft.holder.language)


def drafted(story: Table, cast: Cast, *, at: datetime) -> drafts.NoticeDraft:
    """The draft of a story with all its answers, begun a while before `at`."""
    holder_id = holder_of(story)
    holder, member = cast.holders[holder_id], cast.members[holder_id]
    begun = at - WRITING
    draft = drafts.start(
        holder=holder,
        person=member,
        at=begun,
        marketplace=story.get("marketplace", HARBOUR),
        pack=story.get("pack", "platform"),
        right=cast.rights[story["right"]].pk,
        mode=story.get("mode", "listing"),
        reason=story["reason"],
    )
    _paste(story, draft, begun)
    for line in story.get("papers", ()):
        paper = exhibits.made(line, holder.language, holder.name, story, at)
        drafts.attach(draft, content=paper.content, name=paper.name, kind=paper.kind, private=False, by=member, at=at)
    said = {"statement": story["says"], "facts": story.get("facts", {}), "signature": member.name}
    return drafts.save(draft, at=at, declarations=list(DECLARED), **said)


def _paste(story: Table, draft: drafts.NoticeDraft, at: datetime) -> None:
    """The links, as they were copied from the shop; every one has to be ready."""
    place = Marketplace.objects.get(slug=story.get("marketplace", HARBOUR))
    if place.slug != HARBOUR:
        return
    links = [shelves.address(place.base_url, item, story.get("mode", "listing")) for item in story["items"]]
    lines = drafts.check_lines(draft, text="\n".join(links), at=at)
    if wrong := [f"{line.raw}: {line.code}" for line in lines if not line.is_ready]:
        raise ValueError(f"{story['id']}: {'; '.join(wrong)}")


def _elsewhere(story: Table, cast: Cast, draft: drafts.NoticeDraft, at: datetime) -> Notice:
    """About a marketplace without a connector: the copies are those an operator took from its pages."""
    place = Marketplace.objects.get(slug=story["marketplace"])
    shown = {item: shelves.elsewhere(item, at=at) for item in story["items"]}
    items = {item: snapshot.url for item, snapshot in shown.items()}
    copies = listings.freeze(marketplace=place, kind="listing", items=items, shown=shown, at=at)
    lines = [
        ReadLine(number, url, item_id=item, url=url, copy=copies[item].pk)
        for number, (item, url) in enumerate(items.items(), 1)
    ]
    proposal = replace(drafts.proposal_of(draft, language=draft.holder.language), lines=lines)
    notice = drafts.send(proposal, at=at, key=f"draft-{draft.pk}")
    drafts.discard(draft)
    return notice


def _by_guest(story: Table, at: datetime) -> Notice:
    """From somebody without an account, whose address was confirmed by a code."""
    place = Marketplace.objects.get(slug=HARBOUR)
    items = {item: shelves.address(place.base_url, item) for item in story["items"]}
    copies = listings.freeze(
        marketplace=place, kind="listing", items=items, shown=listings.look_up(place, items, at=at), at=at
    )
    said = rules.Notice(
        filer_role="guest",
        filer=Contact(story["guest"]["name"], story["guest"]["email"]),
        verified=True,
        marketplace=rules.Marketplace(place.slug, place.territory, place.calendar),
        mode="listing",
        right=None,
        reason=story["reason"],
        statement=story["says"],
        lines=tuple(
            rules.LineFacts(n, url, item_id=i, canonical_url=url) for n, (i, url) in enumerate(items.items(), 1)
        ),
        declarations=frozenset(DECLARED),
    )
    return submit_notice(Filing(said, story["pack"], place, copies, files=()), at=at)

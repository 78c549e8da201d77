"""How does an agent pass its mandate on? It offers a part of it to another agent, who accepts with an account of its own.

Rule 1: never more than the agent has itself (`core.rights.mandate.exceeding`), and only where the owner allowed it; the owner
is written to at once. Rule 2: a sub-mandate is not passed on again. Rule 3: it rests on the owner's paper, so nobody verifies it
anew; it ends with the mandate it was passed on from; the owner, who passed it on and who accepted it can each end it alone.
Source: Civil Code of the PRC art. 169.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from countermark.apps.mandates import selectors, services
from countermark.apps.mandates.models import Mandate
from countermark.apps.mandates.services import MandateDefective, MandateMoved, Scope
from countermark.apps.parties.models import Holder, Person
from countermark.apps.rights.models import Right
from countermark.apps.rights.selectors import facts_of
from countermark.core.defect import Defect
from countermark.core.rights.facts import MandateFacts
from countermark.core.rights.mandate import POWERS, exceeding, offers_a_day

FIELDS = {
    "sub_not_allowed": "passed_on",
    "sub_passed_on_again": "passed_on",
    "sub_rights_wider": "rights",
    "sub_places_wider": "marketplaces",
    "sub_powers_wider": "powers",
    "sub_days_wider": "ends_on",
}  # what says more -> where the form asks it


def may_pass_on(mandate: Mandate, *, at: datetime) -> bool:
    """Whether its agent may pass a mandate on now."""
    stands = selectors.stands(mandate, at=at)
    return mandate.may_delegate and mandate.parent_id is None and stands == "in_force"


# --- offering -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def offer(*, parent: Mandate, said: Scope, to: str, by: Person, at: datetime) -> Mandate:
    """Offer a part of a mandate to the agent that signs in with the e-mail `to`. What is not said is as in the parent.

    Raises MandateMoved when the parent is not in force any more, and MandateDefective; then nothing was offered.
    """
    above = services.held(parent, ("in_force",))
    if not may_pass_on(above, at=at):
        raise MandateMoved(above)
    row = _sub(above, said, to.strip(), at)
    rights = list(above.rights.all()) if said.rights is None else list(said.rights)
    places = list(above.marketplaces.all()) if said.marketplaces is None else list(said.marketplaces)
    if wrong := _defects(row, above, rights, [place.slug for place in places], at):
        raise MandateDefective(wrong)
    row.number = services.new_number(at)
    row.save()
    row.rights.set([] if row.all_rights else rights)
    row.marketplaces.set([] if row.all_marketplaces else places)
    services.keep_event(row, "offered", "grantor", by, at)
    return row


def _sub(above: Mandate, said: Scope, to: str, at: datetime) -> Mandate:
    """The sub-mandate as it is meant; its owner and its paper are those of the mandate it comes from."""
    same = ("agent", "principal", "principal_name", "principal_address", "principal_email", "principal_language")
    return Mandate(
        **{name: getattr(above, name) for name in (*same, "paper", "is_own_text")},
        parent=above,
        offered_to=to[:254],
        state="offered",
        all_rights=above.all_rights if said.all_rights is None else said.all_rights,
        all_marketplaces=above.all_marketplaces if said.all_marketplaces is None else said.all_marketplaces,
        powers=[power for power in POWERS if power in (above.powers if said.powers is None else said.powers)],
        starts_on=_day(said.starts_on) or above.starts_on,
        ends_on=_day(said.ends_on) or above.ends_on,
        created_at=at,
        submitted_at=at,
    )


def _day(said: date | str | None) -> date | None:
    return said if isinstance(said, date) else None


def _defects(row: Mandate, above: Mandate, rights: list[Right], places: list[str], at: datetime) -> list[Defect]:
    """All that keeps it from being offered, in the order of the form."""
    meant = MandateFacts(
        id="",
        rights=("*",) if row.all_rights else tuple(str(right.pk) for right in rights),
        marketplaces=("*",) if row.all_marketplaces else tuple(places),
        powers=tuple(row.powers),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        principal=row.principal_name,
    )
    wider = exceeding(meant, selectors.facts(above), [facts_of(right) for right in rights])
    more = [Defect(code, FIELDS[code]) for code in wider]
    return [
        *_address_defects(row),
        *_often(above, at),
        *_scope_defects(meant),
        *more,
        *services.day_defects(row, services.today(at)),
    ]


def _address_defects(row: Mandate) -> Iterator[Defect]:
    try:
        validate_email(row.offered_to)
    except ValidationError:
        yield Defect("sub_email_unreadable", "offered_to")
        return
    if services.is_agents_own(row.agent, row.offered_to):
        yield Defect("sub_email_own", "offered_to")


def _often(above: Mandate, at: datetime) -> Iterator[Defect]:
    """Each offer writes to an address the agent names: not without end."""
    most = offers_a_day()
    if above.passed_on.filter(created_at__gt=at - timedelta(days=1)).count() >= most:
        yield Defect("sub_too_many", "offered_to", data={"max": most})


def _scope_defects(meant: MandateFacts) -> Iterator[Defect]:
    if not meant.rights:
        yield Defect("mandate_rights_missing", "rights")
    if not meant.marketplaces:
        yield Defect("mandate_places_missing", "marketplaces")
    if not meant.powers:
        yield Defect("mandate_powers_missing", "powers")


# --- accepting ------------------------------------------------------------------------------------------------------------


def can_accept(mandate: Mandate, agent: Holder, by: Person) -> bool:
    """Whether this person may accept an offered mandate for this account: an agent, the one it was offered to."""
    others = {mandate.agent_id, mandate.principal_id}
    return agent.is_agent and agent.pk not in others and by.email.lower() == mandate.offered_to.lower()


@transaction.atomic
def accept(*, mandate: Mandate, agent: Holder, by: Person, at: datetime) -> Mandate:
    """The other agent accepts: the sub-mandate is in force. A second click finds it accepted.

    Raises MandateMoved when it was withdrawn, has ended meanwhile, or is not this person's to accept.
    """
    assert mandate.parent_id is not None
    above = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.parent_id)  # first, as its end does
    row = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if row.state == "in_force" and row.agent_id == agent.pk:
        return row
    if row.state != "offered" or not may_pass_on(above, at=at) or not can_accept(row, agent, by):
        raise MandateMoved(row)
    row.agent, row.state, row.verified_at = agent, "in_force", at
    services.begin_clocks(row, at)
    row.save()
    services.keep_event(row, "accepted", "agent", by, at)
    return row

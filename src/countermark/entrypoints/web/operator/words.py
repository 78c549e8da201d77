"""How are the desk's own things said: defects of what operators fill in, what the desk did, jobs, measures?"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from countermark.apps.complaints.words import defect_words
from countermark.apps.keeping.going_on import HELD
from countermark.apps.work import moments
from countermark.entrypoints.desk_defects import OPERATOR_DEFECTS as DEFECTS

STAFF = {
    "person.added": gettext_lazy("added %(person)s"),
    "person.let_in": gettext_lazy("let %(person)s sign in again"),
    "person.shut_out": gettext_lazy("no longer lets %(person)s sign in"),
    "identity.taken": gettext_lazy("took papers on that show who an account is"),
    "identity.verified": gettext_lazy("verified an account"),
    "identity.returned": gettext_lazy("sent papers of an account back"),
    "role.given": gettext_lazy("made %(person)s %(role)s"),
    "organisation.linked": gettext_lazy("linked %(person)s to the organisation's sign-in"),
    "auditor.given": gettext_lazy("made %(person)s %(role)s until %(until)s"),
    "role.taken": gettext_lazy("took the role %(role)s from %(person)s"),
    "second_factors.lifted": gettext_lazy(
        "let the mailed code be enough for %(person)s again (%(count)s factors taken away)"
    ),
    "sessions.ended": gettext_lazy("signed %(person)s out everywhere (%(count)s sessions)"),
    "marketplace.added": gettext_lazy("added the marketplace %(place)s"),
    "marketplace.changed": gettext_lazy("changed the marketplace %(place)s (%(fields)s)"),
    "calendar.notice_loaded": gettext_lazy("loaded the holiday notice for %(year)s into the calendar %(calendar)s"),
    "right_letter.handed_over": gettext_lazy("told the holder of right %(right)s of a letter that did not arrive"),
    "order.recorded": gettext_lazy("recorded an order in the case %(case)s"),
    "retention.counted": gettext_lazy("had counted what would go by the rules of retention: %(total)s"),
    "retention.applied": gettext_lazy("let go what was kept long enough: %(total)s"),
    "installation.restored": gettext_lazy("was restored from a backup, with %(letters_held)s letters held"),
    "installation.released": gettext_lazy("released the restored installation, with %(count)s letters held"),
}
ROLES = {
    "reviewer": (pgettext_lazy("role", "reviewer"), gettext_lazy("Checks rights and notices, decides cases.")),
    "senior": (
        pgettext_lazy("role", "senior reviewer"),
        gettext_lazy("Takes what is late or was passed on, besides what reviewers do."),
    ),
    "auditor": (
        pgettext_lazy("role", "auditor"),
        gettext_lazy("Reads whatever operators read, until a day, and changes nothing."),
    ),
    "operator": (
        pgettext_lazy("role", "operator"),
        gettext_lazy("Keeps the desk running: marketplaces, people, calendars, deliveries."),
    ),
}
JOBS = {
    "tell": gettext_lazy("Writing the messages of a notice"),
    "tell_appeal": gettext_lazy("Writing the messages of an appeal"),
    "deliver": gettext_lazy("Sending a letter"),
    "enforce": gettext_lazy("Asking a marketplace for a measure"),
    "look": gettext_lazy("Looking at a listing"),
    "enforce_shop": gettext_lazy("Asking a marketplace for a measure on a shop"),
    "look_shop": gettext_lazy("Looking at a shop"),
    "tell_identity": gettext_lazy("Writing the letter about an account"),
    "tell_mandate": gettext_lazy("Writing the letter about a mandate"),
    "registers": gettext_lazy("Asking the registers"),
    "tell_order": gettext_lazy("Writing the letters of an order"),
    "deliver_order": gettext_lazy("Sending a letter about an order"),
    "tell_shop": gettext_lazy("Writing that somebody acts for a shop"),
    "tell_member": gettext_lazy("Writing that somebody acts for an account"),
    "import_rights": gettext_lazy("Storing the rights of a file"),
    "submit_rights": gettext_lazy("Sending drafts of rights for verification"),
    "tell_right": gettext_lazy("Writing the letter about a right"),
    "deliver_right": gettext_lazy("Sending a letter about a right"),
    "checkpoint": gettext_lazy("Signing the log"),
    "rounds": gettext_lazy("Choosing listings to look at"),
    "check_log": gettext_lazy("Checking the whole log"),
    "webhook_gather": gettext_lazy("Taking up events for webhooks"),
    "webhook_send": gettext_lazy("Sending events to a webhook"),
    "webhook_ping": gettext_lazy("Sending the test of a webhook"),
    "recount": gettext_lazy("Counting due dates again"),
    "retention": gettext_lazy("Letting go of what was kept long enough"),
    "stay_down": gettext_lazy("Keeping down what came down"),
    "screen_pushed": gettext_lazy("Screening listings a marketplace sent"),
    "screen_addressed": gettext_lazy("Looking at pictures a marketplace named by their addresses"),
    "screening_replay": gettext_lazy("Judging past listings by other rules"),
    "seller_links": gettext_lazy("Finding out which sellers belong together"),
}
WANTED = {
    "remove": gettext_lazy("Take down"),
    "pause": gettext_lazy("Pause"),
    "demote": gettext_lazy("Show last"),
    "nothing": gettext_lazy("Put back"),
}
CHANNELS = {
    "mail": pgettext_lazy("channel", "mail"),
    "app": pgettext_lazy("channel", "on our pages"),
    "post": pgettext_lazy("channel", "post"),
    "phone": pgettext_lazy("channel", "telephone"),
    "shop": pgettext_lazy("channel", "through the marketplace"),
}
TIMINGS = {
    "": gettext_lazy("As the procedure says"),
    "after_seller_window": gettext_lazy("After the seller had time to answer"),
    "pause_at_acceptance": gettext_lazy("Paused when the notice is found complete"),
    "at_acceptance": gettext_lazy("Down when the notice is found complete"),
}


class Fault(NamedTuple):
    """One thing to mend, and the id of the field it leads to."""

    what: str
    way_out: str
    field: str


def faults_of(defects: Iterable[Any], anchors: Mapping[str, str] | None = None) -> list[Fault]:
    """Defects in the reader's language; `anchors` maps a field to its id where it is not `id_` and the field."""
    return [Fault(*said(d.code, d.data), (anchors or {}).get(d.field, f"id_{d.field}")) for d in defects]


def said(code: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """A defect as (what is wrong, how to mend it)."""
    if code not in DEFECTS:
        return defect_words(code, data)
    what, way_out = DEFECTS[code]
    return str(what) % data, str(way_out) % data


def deed(event: Any) -> str:
    """What somebody of the desk did, after their name."""
    data = {**event.data, "person": str(event.person or ""), "place": str(event.marketplace or "")}
    if "role" in data:
        data["role"] = str(ROLES[data["role"]][0])
    if "until" in data:
        data["until"] = moments.deadline(datetime.fromisoformat(data["until"]))
    if "fields" in data:
        data["fields"] = ", ".join(data["fields"])
    if event.event.startswith("retention."):
        data["total"] = sum(event.data.values())
    return str(STAFF[event.event]) % data if event.event in STAFF else event.event


def answer_words(answer: str) -> str:
    """What came back for a letter: our own notes in words, the answer of a mail server as it came."""
    if answer == "no address is known":
        return gettext("no address is known")
    if answer == HELD:
        return gettext("held after a restore: it may have gone out since the backup")
    if answer.startswith("handed over by person "):
        return gettext("an operator said so")
    return answer


def job_words(kind: str) -> str:
    return str(JOBS.get(kind, kind))


def nobody() -> str:
    """Who stands where no person does."""
    return gettext("the installation")

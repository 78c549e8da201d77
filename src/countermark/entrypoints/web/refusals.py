"""What does a person read when a floor below refuses?

Refusals from below carry a stable `code` and data, and word nothing. A page that can do better (mend a form, show a
stale case) catches them itself; what it lets pass is worded here. A refusal nobody worded is a mistake of ours."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from countermark.apps.complaints.words import defect_words


@dataclass
class Refused(Exception):
    """What was asked cannot be done. The page says what, why, and the way out; nothing was changed."""

    what: str | Promise
    obstacle: str | Promise
    way_out: str | Promise = ""
    url: str = ""
    link: str | Promise = ""
    status: int = 409


# code -> what cannot be done, why, the way out
SAID: dict[str, tuple[Promise, Promise, Promise]] = {
    "stale_case": (
        _("This case moved while you had it open"),
        _("Somebody else, or a clock, was quicker. What you sent was not entered."),
        _("Look at the case as it is now; then decide whether your step still makes sense."),
    ),
    "not_permitted": (
        _("This step is not open in this case now"),
        _("The case has moved on, or the step belongs to somebody else."),
        _("Look at the case as it is now: it names the steps you have."),
    ),
    "clock_ran_out": (
        _("The time for this step is over"),
        _("The clock ended before your step reached us."),
        _("Look at the case as it is now: it says what the end of the clock means and what you still can do."),
    ),
    "before_the_last_event": (
        _("This step cannot be entered at this instant"),
        _("The last event of the case is later than the clock of this server."),
        _("Try again in a minute; if it stays so, tell the operator that a clock was set back."),
    ),
    "held_by_another": (
        _("Another reviewer holds this case"),
        _("Two people cannot decide one case."),
        _("Take another case, or ask the one who holds it to let it go."),
    ),
    "too_late_to_undo": (
        _("It is too late to undo this"),
        _("The decision has gone out."),
        _("It can be changed by an appeal or a new decision."),
    ),
    "legal_hold": (
        _("This cannot be erased now"),
        _("A legal hold keeps it, and a hold outweighs every deadline for erasing."),
        _("Lift the hold first, with its reason."),
    ),
    "not_what_was_asked": (
        _("This does not confirm the measure"),
        _("The state you report is not the one the measure asks for."),
        _("Look at the listing once more and report what you see."),
    ),
    "no_open_measure": (
        _("There is nothing left to confirm"),
        _("The measure was confirmed already, or a later one took its place."),
        _("Look at the listing: it shows the measure that counts now."),
    ),
}


def worded(request: HttpRequest, error: Exception) -> Refused | None:
    """Return the words for a refusal from below, None for an error that is none. Http404 where the refusal hides."""
    if isinstance(error, Refused):
        return error
    code, status = getattr(error, "code", None), getattr(error, "http_status_hint", None)
    if not isinstance(code, str) or not isinstance(status, int):
        return None
    if status == 404:
        raise Http404(code) from error
    here = {"url": _back(request), "link": _("Back to the page"), "status": status}
    if code in SAID:
        return Refused(*SAID[code], **here)
    defects = getattr(error, "defects", ())
    return Refused(_("Something is missing"), _all_of(defects), **here) if defects else None


def _all_of(defects: Any) -> str:
    return " ".join(" ".join(defect_words(defect.code, defect.data)) for defect in defects)


def _back(request: HttpRequest) -> str:
    """Return the page itself; for a step posted to an address of its own, the page it came from, when it is ours."""
    came_from = request.headers.get("Referer", "")
    ours = f"{request.scheme}://{request.get_host()}/"
    return came_from.removeprefix(ours[:-1]) if came_from.startswith(ours) else request.path

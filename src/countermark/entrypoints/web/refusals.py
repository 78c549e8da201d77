"""What does a person read when a floor below refuses?

Refusals from below carry a stable `code` and data, and word nothing. A page that can do better (mend a form, show a
stale case) catches them itself; what it lets pass is worded here. A refusal nobody worded is a mistake of ours."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from countermark.apps.complaints.words import defect_words
from countermark.entrypoints.refusal_words import SAID


@dataclass
class Refused(Exception):
    """What was asked cannot be done. The page says what, why, and the way out; nothing was changed."""

    what: str | Promise
    obstacle: str | Promise
    way_out: str | Promise = ""
    url: str = ""
    link: str | Promise = ""
    status: int = 409


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

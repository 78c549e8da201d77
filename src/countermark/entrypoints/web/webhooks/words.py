"""How is it said how an endpoint is, what became of a delivery, and what is wrong with what was filled in?"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from countermark.apps.complaints import words
from countermark.apps.complaints.words import Said, defect_words
from countermark.apps.webhooks.models import ACCEPTED, GIVEN_UP, Dispatch, Endpoint
from countermark.apps.webhooks.selectors import health
from countermark.entrypoints.desk_defects import ENDPOINT_DEFECTS as DEFECTS

HEALTH = {
    "new": ("wait", "hourglass-split", pgettext_lazy("webhook", "Nothing sent yet")),
    "well": ("done", "check-circle-fill", pgettext_lazy("webhook", "Delivering")),
    "failing": ("soon", "exclamation-octagon-fill", pgettext_lazy("webhook", "Failing")),
    "stopped": ("late", "x-octagon-fill", pgettext_lazy("webhook", "Stopped")),
    "paused": ("rest", "pause-circle", pgettext_lazy("webhook", "Paused")),
}
WHY = {
    "failing": gettext_lazy("Nothing was accepted for three days."),
    "gone": gettext_lazy("The receiver answered 410: it is gone for good."),
    "no_secret": gettext_lazy("Its secret was erased."),
}
STATES = {
    "waiting": pgettext_lazy("webhook", "Waiting"),
    "accepted": pgettext_lazy("webhook", "Accepted"),
    "given_up": pgettext_lazy("webhook", "Given up"),
}
FAULTS = {
    "refused_address": gettext_lazy("We do not send to this address"),
    "unknown_host": gettext_lazy("Nobody knows this host"),
    "unreachable": gettext_lazy("Nobody answered there"),
    "timeout": gettext_lazy("No answer in time"),
    "tls": gettext_lazy("The certificate was not trusted"),
    "not_http": gettext_lazy("What answered was not HTTP"),
}
ANYBODY = {"complainant": words.PARTIES["complainant"], "seller": words.PARTIES["seller"]}


def said(code: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """A defect as (what is wrong, how to mend it)."""
    if code not in DEFECTS:
        return defect_words(code, data)
    what, way_out = DEFECTS[code]
    return str(what) % data, str(way_out) % data


def health_tag(endpoint: Endpoint) -> Said:
    """How an endpoint is, as a tag."""
    tone, icon, word = HEALTH[health(endpoint)]
    return Said(tone, icon, str(word))


def state_tag(dispatch: Dispatch) -> Said:
    """What became of a delivery, as a tag."""
    if dispatch.state == ACCEPTED:
        return Said("done", "check-circle", str(STATES["accepted"]))
    if dispatch.state == GIVEN_UP:
        failed = gettext("Failed") if dispatch.event_id is None else str(STATES["given_up"])
        return Said("late", "exclamation-octagon-fill", failed)
    if dispatch.attempts:
        return Said("soon", "arrow-repeat", gettext("To be tried again"))
    return Said("wait", "hourglass-split", str(STATES["waiting"]))


def event_words(code: str) -> str:
    """An event as a choice: what happened, and its code."""
    if code == "due":
        sentence = gettext("A clock ran out")
    elif code == "served":
        sentence = gettext("A party was told")
    else:
        sentence = str(words.EVENTS[code][0]) % ANYBODY
    return f"{sentence[:1].upper()}{sentence[1:]}"


def answer_words(status: int | None, fault: str) -> str:
    """What came of a try: the status, or why there is none."""
    return str(FAULTS.get(fault, fault)) if fault else str(status or "")

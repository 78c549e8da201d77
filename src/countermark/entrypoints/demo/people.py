"""Who can be signed in as in the demo, and what is worth trying as each?

All of them are invented. The page of roles shows this list; the world makes these people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who is signed in with one click. `role` as at the doors: rights_holder, agent, seller, reviewer, …"""

    email: str
    name: str
    role: str
    works_for: str  # the holder, the shop or the desk
    language: str  # en or zh-hans
    tries: Any  # lazy text: one sentence, what to try


def demo_people() -> tuple[DemoPerson, ...]:
    """Everybody who can be signed in as, in the order of the page of roles."""
    return PEOPLE


PEOPLE = (
    DemoPerson(
        "ines@halden-moe.example",
        "Ines Moe",
        "rights_holder",
        "Halden & Moe",
        "en",
        _(
            "Complain about a lamp in the shop: paste its link, and see the verdict on the line before anything is sent."
        ),
    ),
    DemoPerson(
        "lin@yunshan.example",
        "林雨晴",
        "rights_holder",
        "云杉光学",
        "zh-hans",
        _("Answer a seller’s counter-notice before the days run out; everything here is in Chinese."),
    ),
    DemoPerson(
        "ayo@adeyemi.example",
        "Ayo Adeyemi",
        "agent",
        "Adeyemi Brand Counsel",
        "en",
        _("Keep many cases for several brands in sight: filter them, search them, answer a few at once."),
    ),
    DemoPerson(
        "mei@lantern-lane.example",
        "Mei Lin",
        "seller",
        "Lantern Lane",
        "en",
        _("Read what is claimed and until when, then write a counter-notice, or say nothing and let time pass."),
    ),
    DemoPerson(
        "zhou@shanye.example",
        "周野",
        "seller",
        "山野器材",
        "zh-hans",
        _("See a decision with its reasons in Chinese, and use the second chance to answer."),
    ),
    DemoPerson(
        "otto@kettle-crow.example",
        "Otto Crane",
        "seller",
        "Kettle & Crow",
        "en",
        _("Take a listing down yourself, and see a case that ended in your favour."),
    ),
    DemoPerson(
        "rana@desk.example",
        "Rana Haddad",
        "reviewer",
        "Harbour Market",
        "en",
        _("Take a case from the queue, compare the right with the frozen copy of the listing, and decide by keyboard."),
    ),
    DemoPerson(
        "samir@desk.example",
        "Samir Okoye",
        "reviewer",
        "Harbour Market",
        "en",
        _("Open a case that Rana holds: two reviewers never hold one."),
    ),
    DemoPerson(
        "noor@desk.example",
        "Noor Castellanos",
        "senior",
        "Harbour Market",
        "en",
        _("Decide a case that a reviewer has passed on, and an appeal against what the operator decided himself."),
    ),
    DemoPerson(
        "tomas@desk.example",
        "Tomás Ferreira",
        "operator",
        "Harbour Market",
        "en",
        _("See what was not served, not confirmed or late; load an official holiday notice."),
    ),
    DemoPerson(
        "audrey@audit.example",
        "Audrey Nakamura",
        "auditor",
        "Meridian Audit",
        "en",
        _("Read whatever the operator reads, the log and who looked at what; nothing can be changed."),
    ),
)

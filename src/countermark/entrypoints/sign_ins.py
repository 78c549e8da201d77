"""In which browsers is a person signed in, and how does one end it there? For the page and for programs."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from countermark.apps.parties.models import Person
from countermark.apps.parties.people import sessions_of
from countermark.apps.work import true_time

# What a browser says of itself -> its name; the first that is found: Edge also says Chrome, Chrome also says Safari.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def sign_ins_of(person: Person) -> list[UserSession]:
    """Those that are open, the newest first."""
    return sorted(UserSession.objects.purge_and_list(person), key=lambda row: row.created_at, reverse=True)


def end(person: Person, pk: int, *, keep: str = "") -> None:
    """End one of this person's, unless it is the one to keep; one that ended already is as good as ended now."""
    for row in UserSession.objects.exclude(session_key=keep).filter(user=person, pk=pk):
        row.end()


def end_all(person: Person, *, keep: str = "") -> int:
    """End every one but the one to keep, also one that no row speaks of; how many that was."""
    keys = set(sessions_of(person, now=true_time.now())) - {keep}
    Session.objects.filter(pk__in=keys).delete()
    UserSession.objects.filter(user=person).exclude(session_key=keep).delete()
    return len(keys)


def named(agent: str) -> str:
    """A browser and its system as one would call them; "" when it does not say."""
    browser = next((name for sign, name in BROWSERS.items() if sign in agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), "")
    return ", ".join(word for word in (browser, system) if word)

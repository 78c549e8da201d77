"""What does every page know about its frame: who reads, what stands in the bar, in which light, at which case time?"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, get_language_info

from countermark import __version__
from countermark.apps.work import moments
from countermark.entrypoints.web.account.acting_for import choices
from countermark.entrypoints.web.entry import Entry
from countermark.entrypoints.web.preferences import APPEARANCES, appearance_of
from countermark.entrypoints.web.public.nav import footer
from countermark.entrypoints.web.roles import AUDITOR, NAMES, bar, main_role

DEMO_STEPS = (1, 3, 7)  # working days the buttons of the demo clock let pass


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html draws the frame from; counts are asked for only when the bar is drawn."""
    person = getattr(request, "user", None)
    role = getattr(request, "role", None) or (main_role(request) if person is not None else None)
    mine = choices(request) if person is not None else []
    return {
        "shell_person": person if person is not None and person.is_authenticated else None,
        "shell_role": role,
        "shell_reads_until": moments.deadline(person.auditor_until) if role == AUDITOR else "",
        "shell_choices": mine,
        "shell_acting_for": next((each.name for each in mine if each.is_chosen), ""),
        "shell_organisation": bool(settings.OIDC_ISSUER),
        "shell_role_name": NAMES.get(role or ""),
        "shell_bar": lambda: [_drawn(request, entry) for entry in bar(role, request)],
        "shell_footer": lambda: [_drawn(request, entry) for entry in footer(request)],
        "shell_appearance": appearance_of(request),
        "shell_appearances": APPEARANCES,
        "shell_languages": [{**get_language_info(code), "html": html_language(code)} for code, _ in settings.LANGUAGES],
        "shell_language": html_language(),
        "shell_dir": "rtl" if get_language_bidi() else "ltr",
        "shell_version": __version__,
        "demo_clock": _demo_clock(request) if settings.DEMO else None,
    }


def _demo_clock(request: HttpRequest) -> dict[str, Any]:
    return {"now": getattr(request, "at", None), "zone": settings.TIME_ZONE, "steps": DEMO_STEPS}


def html_language(code: str = "") -> str:
    """Return a language, the active one if none is named, as HTML writes it: zh-hans -> zh-Hans."""
    head, _, script = (code or get_language() or settings.LANGUAGE_CODE).partition("-")
    return f"{head}-{script.capitalize()}" if len(script) == 4 else head


def _drawn(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    url = reverse(entry.url_name)
    return {"label": entry.label, "url": url, "count": entry.count, "here": request.path == url}

"""In which language and in which light does a person read?

Language: what the person chose in this session, else what their account says, else the cookie, else the browser.
Appearance: light, dark, or as the system; a cookie, because it belongs to the screen and not to the person."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, pgettext_lazy
from django.views.decorators.http import require_POST

from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import ANYONE

LANGUAGE_KEY = "language"
APPEARANCE_COOKIE = "appearance"
APPEARANCES = {
    "system": pgettext_lazy("appearance", "As the system"),
    "light": pgettext_lazy("appearance", "Light"),
    "dark": pgettext_lazy("appearance", "Dark"),
}
YEAR = 365 * 24 * 3600  # seconds a choice is remembered


def language_of(request: HttpRequest) -> str:
    """Return the language code to answer in, always one of settings.LANGUAGES."""
    known = dict(settings.LANGUAGES)
    chosen = (request.session.get(LANGUAGE_KEY), getattr(request.user, "language", None))
    return next((str(each) for each in chosen if each in known), "") or get_language_from_request(request)


def appearance_of(request: HttpRequest) -> str:
    """Return "light", "dark" or "system"."""
    chosen = request.COOKIES.get(APPEARANCE_COOKIE, "system")
    return chosen if chosen in APPEARANCES else "system"


@require_POST
@door(roles=[ANYONE])
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language for this session and this browser, and go back to the page."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        request.session[LANGUAGE_KEY] = language
        _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


@require_POST
@door(roles=[ANYONE])
def set_appearance(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or system for this browser, and go back to the page."""
    response = _back(request)
    appearance = request.POST.get("appearance", "")
    if appearance in APPEARANCES:
        _remember(response, APPEARANCE_COOKIE, appearance)
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    page = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(page if ours else "/")

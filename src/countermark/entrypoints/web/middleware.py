"""What does every request get before its page, and every answer before it leaves?

Before: the case time it is judged by (`request.at`, read once), the person's language and time zone. After: a content
security policy without inline script or style, and the other headers a browser obeys."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from countermark.apps.work.services import case_now, reading_calendars_once
from countermark.entrypoints.web.guest.visitors import is_private
from countermark.entrypoints.web.preferences import language_of
from countermark.entrypoints.web.seller.shops import SELLER_KEY

Answer = Callable[[HttpRequest], HttpResponse]

OURS = "countermark.entrypoints.web"
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",  # data: for the small pictures inside Bootstrap's stylesheet
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class HeadersMiddleware:
    """Adds the headers to every answer; a page that needs a stricter policy sets its own first."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if getattr(request, "user", None) is not None and (request.user.is_authenticated or by_link(request)):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def by_link(request: HttpRequest) -> bool:
    """Whether whoever asks is a seller or a guest who came by a signed link: no account, and pages as private as with one."""
    return bool(request.session.get(SELLER_KEY)) or is_private(request)


class LanguageMiddleware:
    """Speaks the language the person chose; without a choice, the browser's. Stands after authentication."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.answer(request)
        response.headers.setdefault("Content-Language", language)
        return response


class DoorMiddleware:
    """Refuses every page of ours that has no door: deny by default, whatever a URL map says."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> None:
        if view.__module__.startswith(OURS) and not getattr(view, "door", None):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} has no @door: say which roles may enter")


class ClockMiddleware:
    """Reads the case time once (`request.at`), the calendars once for a page, and says times in the person's zone."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = case_now()
        zone = getattr(request.user, "zone", "") or settings.TIME_ZONE
        reads = reading_calendars_once() if request.method in ("GET", "HEAD") else nullcontext()
        with timezone.override(ZoneInfo(str(zone))), reads:
            return self.answer(request)

"""What does a person read when a page is not there, not theirs, or broken? Each says what happened and the way on."""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static

from countermark.entrypoints.outages import COME_BACK, outage_of
from countermark.entrypoints.refusal_words import SAID
from countermark.entrypoints.web.context import html_language


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be read."""
    return render(request, "errors/400.html", status=400)


def not_for_you(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the page is for other roles; `exception` names them when a door raised it."""
    return render(request, "errors/403.html", {"roles": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is no such page, or it is somebody else's; the same words for both."""
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 where it passes by itself: rendered without request, session or database, any of which may be what broke."""
    words = {"language": html_language(), "styles": _styles()}
    if outage := outage_of(sys.exception()):
        what, obstacle, way_out = SAID[outage]
        page = get_template("errors/503.html").render({**words, "what": what, "why": obstacle, "way_out": way_out})
        return HttpResponse(page, status=503, headers={"Retry-After": str(COME_BACK)})
    return HttpResponseServerError(get_template("errors/500.html").render(words))


def _styles() -> list[str]:
    """Return the stylesheets, or none when finding them is what broke."""
    try:
        return [static("vendor/bootstrap.min.css"), static("theme.css")]
    except (OSError, ValueError):
        return []


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 from Django's CSRF check: mostly a form that lay open too long; what was typed can be sent again."""
    # Only what our own page sent is offered again: a stranger's form must not go out by a click of ours.
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    kept = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"] if ours else []
    return render(request, "errors/csrf.html", {"kept": kept, "action": request.get_full_path()}, status=403)

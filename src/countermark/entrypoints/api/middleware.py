"""What does every request of the API get, whatever becomes of it?

An id (taken from X-Request-Id or made), the case time (`request.at`, read once), a language; and an answer that is a
problem where it is none of a route's. The middleware of the pages (session, cookies, forms) is not asked at all.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, get_urlconf, resolve
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from countermark.apps.work.services import case_now
from countermark.entrypoints.api.problems import MEDIA, OF_STATUS, Refused, problem, problem_of

Answer = Callable[[HttpRequest], HttpResponse]
SPACE = "/api/v1/"
AN_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")


class ApiMiddleware:
    """Serves `/api/v1/` itself; everything else goes on."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(SPACE):
            return self.answer(request)
        said = getattr(request, "request_id", "") or request.META.get("HTTP_X_REQUEST_ID", "")
        request.request_id = said if AN_ID.fullmatch(said) else uuid4().hex
        request.answer_headers = {}
        language = language_of(request)
        with translation.override(language):
            response = self._headed(request, self._served(request))
        response["Content-Language"] = language
        if not response.streaming:
            response["Content-Length"] = str(len(response.content))  # the connection can carry the next request
        return response

    def _served(self, request: HttpRequest) -> HttpResponse:
        try:
            if "\0" in request.path_info or any("\0" in text for text in _texts(request)):
                raise Refused("text_unprintable")
            request.at = case_now()
            match = request.resolver_match = _route(request.path_info, get_urlconf() or settings.ROOT_URLCONF)
            response = match.func(request, *match.args, **match.kwargs)
        except Exception as error:
            return problem_of(request, error)
        if response.status_code >= 400 and not response["Content-Type"].startswith(("application/", MEDIA)):
            other = problem(request, OF_STATUS.get(response.status_code, "not_possible"), response.status_code)
            if "Allow" in response:
                other["Allow"] = response["Allow"]
            return other
        return response

    def _headed(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response["X-Request-Id"] = request.request_id
        response.headers.setdefault("Cache-Control", "private, no-store")
        response["Vary"] = "Accept-Language, Authorization"
        if response.status_code < 400:
            for name, value in request.answer_headers.items():
                response.headers.setdefault(name, value)
        if spent := getattr(request, "spent", None):
            response["RateLimit-Limit"] = str(spent.limit)
            response["RateLimit-Remaining"] = str(spent.remaining)
            response["RateLimit-Reset"] = str(spent.reset)
        return response


@lru_cache(maxsize=1024)
def _route(path: str, urlconf: str) -> ResolverMatch:
    """The route of a path: found once for those asked often, as there are hundreds to try one after the other."""
    return resolve(path, urlconf)


def _texts(request: HttpRequest) -> Iterator[str]:
    """Every name and value of the query."""
    if not request.META.get("QUERY_STRING"):
        return
    for name, values in request.GET.lists():
        yield name
        yield from values


def language_of(request: HttpRequest) -> str:
    """The best of our languages for the header Accept-Language; no cookie, no session."""
    for code, _ in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:500].lower()):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE

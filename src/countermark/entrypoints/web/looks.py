"""What did somebody of the desk see? Each page of a case, a file, a person is kept, once its answer is on its way.

By the name of the route: a route of the desk with something in its address is either in SHOWS or in BARE, and a test says
which are in neither. A list is kept when it leaves as a table. Of a file it is said whether it was a proof of identity.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy, pgettext_lazy

from countermark.apps.parties import looks as services
from countermark.entrypoints.looked import keep_after
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.roles import AUDITOR, NAMES, OPERATOR, REVIEWER, SENIOR, roles_of

STAFF = (OPERATOR, SENIOR, REVIEWER, AUDITOR)
SHOWS = {
    "operator:case": "case",
    "operator:delivery": "letter",
    "operator:measure": "measure",
    "operator:order": "order",
    "operator:order-receipt": "order",
    "operator:order-appeal": "appeal",
    "operator:shop": "shop",
    "operator:shop-people": "shop",
    "operator:person": "person",
    "reviewer:case": "case",
    "reviewer:decide": "case",
    "reviewer:preview": "case",
    "reviewer:changes": "case",
    "reviewer:timeline": "case",
    "reviewer:proof": "case",
    "reviewer:appeal": "appeal",
    "reviewer:right": "right",
    "reviewer:mandate": "mandate",
    "reviewer:account": "account",
    "reviewer:finding": "finding",
    "reviewer:reference": "right",
    "reviewer:seller-links": "shop",
    "reviewer:link": "link",
    "operator:link": "link",
    "webhooks:endpoint": "endpoint",
    "webhooks:change": "endpoint",
    "webhooks:deliveries": "endpoint",
    "webhooks:delivery": "endpoint",
    "file": "file",
}
# Addresses of the desk that show nothing about a party.
BARE = {
    "operator:marketplace",
    "reviewer:before",  # leads to a case
    "reviewer:after",
    "reviewer:account-paper",  # kept before it is shown, with its number
    "operator:report-link",
    "operator:shop-sign-in",
    "operator:calendar",
    "operator:load-notice",
    "operator:retry-job",
    "operator:auditor",
    "operator:screening-rule-set",
    "operator:replay",
}
WORDS = {
    "case": gettext_lazy("Case"),
    "letter": gettext_lazy("Letter"),
    "file": gettext_lazy("File"),
    "identity_document": gettext_lazy("Proof of identity"),
    "right": pgettext_lazy("looked at", "Right"),
    "mandate": gettext_lazy("Mandate"),
    "account": gettext_lazy("Account"),
    "appeal": gettext_lazy("Appeal"),
    "measure": gettext_lazy("Measure"),
    "order": pgettext_lazy("looked at", "Order"),
    "finding": pgettext_lazy("looked at", "Finding of screening"),
    "shop": gettext_lazy("Shop"),
    "link": pgettext_lazy("looked at", "Link between sellers"),
    "person": gettext_lazy("Person"),
    "endpoint": pgettext_lazy("looked at", "Webhook"),
    "list": gettext_lazy("List as a table"),
}


class LookMiddleware:
    """Keeps what staff was shown. After the answer has left, so that nobody waits for it."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if response.status_code in (200, 422) and (seen := seen_in(request)) and (role := staff_role(request)):
            told = {"person_id": request.user.pk, "role": role, "request_id": getattr(request, "request_id", "")}
            keep_after(response, what=seen[0], key=seen[1], **told)
        return response


def seen_in(request: HttpRequest) -> tuple[str, str] | None:
    """What this request shows, and of which number; None when nothing of anybody."""
    match = request.resolver_match
    if match is None:
        return None
    if what := SHOWS.get(match.view_name):
        return what, str(next(iter(match.kwargs.values()), ""))
    if "csv" in request.GET or match.view_name.endswith("-csv"):
        return "list", match.view_name
    return None


def staff_role(request: HttpRequest) -> str:
    """The role of the desk in which somebody looks; "" for a party that looks at its own."""
    if not request.user.is_authenticated:
        return ""
    role = getattr(request, "role", None)
    if role is None:  # a door for everybody: files
        role = next((each for each in STAFF if each in roles_of(request)), "")
    return role if role in STAFF else ""


def page(request: HttpRequest, *, of: int | None = None) -> HttpResponse:
    """The list of looks, everybody's or one's own."""
    what, q = lists.chosen(request, "what", services.WHAT), lists.typed(request)
    rows = services.looks(of=of, what=what, q=q)
    if lists.wants_csv(request):
        table = ((e.at.isoformat(), e.person, e.role, e.what, e.key, e.request_id) for e in rows.iterator())
        return lists.csv_answer("looks.csv", ("at", "person", "role", "what", "number", "request"), table)
    shown = lists.page_of(request, rows)
    told = {
        "page": shown,
        "looks": [(look, NAMES.get(look.role, look.role), WORDS.get(look.what, look.what)) for look in shown],
        "what": what,
        "whats": WORDS.items(),
        "q": q,
        "own": of is not None,
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/looks.html", told)

"""What does a program of the desk see of a party? By the path of the route; a test says which path is in none of these.

A list leaves as a table, so reading one is a look at it.
"""

import re

from django.http import HttpRequest, HttpResponse

from countermark.apps.access.services import Caller
from countermark.entrypoints.looked import keep_after

STAFF = ("operator", "senior", "reviewer", "auditor")
SHOWS = {
    "/complaints/{number}": "case",
    "/complaints/{number}/events": "case",
    "/complaints/{number}/proof": "case",
    "/complaints/{number}/file": "case",
    "/complaints/{number}/statements": "case",
    "/complaints/{number}/bench": "case",
    "/complaints/{number}/changes": "case",
    "/queue/next": "list",
    "/steps/{step_id}": "list",
    "/decisions/{decision_id}": "list",
    "/appeals/{appeal_id}": "appeal",
    "/order-appeals/{appeal_id}": "appeal",
    "/rights/{id}": "right",
    "/rights/{id}/register-record": "right",
    "/references/{id}": "right",
    "/mandates/{id}": "mandate",
    "/identity-checks/{id}": "account",
    "/findings/{id}": "finding",
    "/files/{id}": "file",
    "/files/{id}/content": "file",
    "/letters/{id}": "letter",
    "/measures/{id}": "measure",
    "/shop-measures/{id}": "shop",
    "/marketplaces/{slug}/sellers/{ref}": "shop",
    "/marketplaces/{slug}/sellers/{ref}/links": "shop",
    "/seller-links/{id}": "link",
    "/orders/{number}": "order",
    "/orders/{number}/receipt": "order",
    "/people/{id}": "person",
    "/webhooks/{id}": "endpoint",
    "/webhooks/{id}/deliveries": "endpoint",
}
LISTS = {
    "/complaints", "/queue", "/steps", "/dropped-steps", "/decisions", "/appeals", "/rights", "/rights-to-verify", "/renewals",
    "/right-transfers", "/right-letters/not-arrived",
    "/accounts-to-verify", "/mandates", "/register-findings",
    "/measures", "/shop-measures", "/orders", "/deliveries", "/unserved", "/people", "/webhooks", "/marketplaces/{slug}/sellers",
    "/marketplaces/{slug}/shop-people", "/marketplaces/{slug}/claim-links",
    "/order-appeals", "/findings", "/fingerprints", "/references", "/references-to-check", "/seller-links",
}  # fmt: skip
# What shows nothing about a party: the desk itself, its rules, and what any visitor of a shop can see.
BARE = {
    "/identity-checks/{id}/papers/{paper}",  # kept before it is shown, with its number
    "/me/sign-ins",  # one's own
    "/me", "/operations", "/jobs", "/looks", "/staff-events", "/log", "/log/checkpoints", "/marketplaces", "/marketplaces/{slug}",
    "/marketplaces/{slug}/listings", "/marketplaces/{slug}/listings/{item_id}", "/calendars", "/calendars/{id}", "/procedures",
    "/procedures/{id}", "/procedures/{id}/diagram", "/reasons", "/right-kinds", "/counter-notice-grounds", "/decision-grounds",
    "/return-reasons", "/marketplaces/{slug}/report-link", "/queue/figures", "/problems", "/retention", "/restoration",
    "/marketplaces/{slug}/shop-sign-in", "/screening/modes", "/screening/rules", "/screening/replays", "/screening/replays/{id}",
    "/screening/drift", "/screening/index",
}  # fmt: skip


PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")  # as Django writes one


def keep_look(request: HttpRequest, response: HttpResponse) -> None:
    """Keep that staff was shown what stands under the path of this request."""
    caller = getattr(request, "caller", None)
    if (
        not isinstance(caller, Caller)
        or caller.role not in STAFF
        or request.method != "GET"
        or response.status_code != 200
    ):
        return
    match = request.resolver_match
    path = PARAMETER.sub(r"{\1}", match.route.partition("v1")[2]) if match else ""
    what = SHOWS.get(path) or ("list" if path in LISTS else "")
    if what:
        keep_after(
            response,
            person_id=caller.person.pk,
            role=caller.role,
            what=what,
            key=_key(request, path, what),
            request_id=getattr(request, "request_id", ""),
        )


def _key(request: HttpRequest, path: str, what: str) -> str:
    """The number in the address; of a list, its own address."""
    asked = request.path.removeprefix("/api/v1")
    if what == "list":
        return f"api{asked}"
    place = next(index for index, part in reversed(list(enumerate(path.split("/")))) if part.startswith("{"))
    return asked.split("/")[place]

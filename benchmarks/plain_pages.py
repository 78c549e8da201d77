"""What `script/bench pages` serves: the product, and beside it in the same process plain Django pages of the same query shape.

A plain page has Django's stock middleware, one view and one template. It reads its fifty cases (or its case and the events of
it) as model instances with what belongs to them, by the same query as ours; the other statements of our page it sends as they
were, each with its rows read. It renders a table of as many rows with links, dates and words; nothing else.

    gunicorn --chdir benchmarks plain_pages:application
"""

# ruff: noqa: E402 - Django is set up before its models can be imported: this module is what a server starts with

import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "countermark.project.settings")

import django

django.setup()

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils import timezone

from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.of_holder import CaseFilter, cases_of
from countermark.apps.complaints.selectors import visible
from countermark.apps.decisions import selectors as queue
from countermark.entrypoints.web.lists import PER_PAGE

STOCK = [
    "plain_pages.own_urls",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
HEAD = """{% load i18n %}<!doctype html><html lang="en"><head><title>{% translate "Complaints" %}</title></head><body>
<p>{{ request.user }} · {% now "Y-m-d H:i" %}</p><table>"""
ROW = """<tr><td><a href="{% url 'plain-case' role=role number=case.number %}">{{ case.number }}</a></td>
<td>{{ case.notice.number }}</td><td>{{ case.notice.marketplace.name }}</td>
<td><a href="{{ case.listing.url }}">{{ case.listing.title }}</a></td><td>{{ case.seller.name }}</td><td>{{ case.state }}</td>
<td>{% if case.waits_on %}{% translate "Open" %}{% else %}{% translate "Ended" %}{% endif %}</td>
<td>{{ case.opened_at|date:"j F Y, H:i" }}</td><td>{{ case.due_at|date:"j F Y, H:i"|default:"" }}</td></tr>"""
LIST = HEAD + "{% for case in cases %}" + ROW + "{% endfor %}</table></body></html>"
CASE = (
    HEAD
    + ROW
    + """{% for event in events %}<tr><td>{{ event.event }}</td><td>{{ event.by }}</td><td>{{ event.state }}</td>
<td>{{ event.at|date:"j F Y, H:i" }}</td></tr>{% endfor %}</table><p>{{ case.copy.text }}</p></body></html>"""
)


def own_urls(answer: Any) -> Any:
    """Middleware: these pages have addresses of their own."""

    def led(request: HttpRequest) -> HttpResponse:
        request.urlconf = "plain_pages"
        return answer(request)

    return led


def prepared() -> dict[str, Any]:
    """What the bench wrote down about this database: the statements of each of our pages."""
    return json.loads((Path(os.environ["COUNTERMARK_HOME"]) / "prepared.json").read_text())


def also_read(request: HttpRequest) -> None:
    with connection.cursor() as cursor:
        for statement in STATEMENTS[request.path.removeprefix("/plain")]:
            cursor.execute(statement.replace("%", "%%"), [])
            cursor.fetchall()


def rows_for(role: str, request: HttpRequest) -> Any:
    at = timezone.now()
    if role == "holder":
        return cases_of(PREPARED["holders"], CaseFilter(), at=at)
    if role == "seller":
        return visible("seller", seller_ids=PREPARED["sellers"]).order_by("-opened_at", "pk")
    if role == "reviewer":
        return queue.queue(queue.QueueFilter(), reviewer=request.user, at=at)
    related = ("notice__marketplace", "notice__holder", "listing", "seller", "claimed_by")
    return Complaint.objects.select_related(*related).order_by("-opened_at", "pk")


def plain_list(request: HttpRequest, role: str) -> HttpResponse:
    rows = rows_for(role, request)
    cases = rows.filter(pk__in=rows.values("pk")[:PER_PAGE])
    also_read(request)
    return HttpResponse(TEMPLATES["list"].render({"cases": list(cases), "role": role}, request))


def plain_case(request: HttpRequest, role: str, number: str) -> HttpResponse:
    case = visible("operator").get(number=number)
    also_read(request)
    events = list(case.events.order_by("seq"))
    return HttpResponse(TEMPLATES["case"].render({"case": case, "events": events, "role": role}, request))


urlpatterns = [
    path("plain/<str:role>/list/", plain_list, name="plain-list"),
    path("plain/<str:role>/case/<str:number>/", plain_case, name="plain-case"),
]
TEMPLATES = {name: engines["django"].from_string(text) for name, text in (("list", LIST), ("case", CASE))}
PREPARED: dict[str, Any] = {}
STATEMENTS: dict[str, list[str]] = {}


def _application() -> Any:
    PREPARED.update(prepared())
    STATEMENTS.update(PREPARED["statements"])
    ours, kept = WSGIHandler(), settings.MIDDLEWARE
    settings.MIDDLEWARE = STOCK
    plain = WSGIHandler()
    settings.MIDDLEWARE = kept
    return lambda environ, start: (plain if environ["PATH_INFO"].startswith("/plain/") else ours)(environ, start)


application = _application() if os.environ.get("SERVES_PLAIN_PAGES") else None

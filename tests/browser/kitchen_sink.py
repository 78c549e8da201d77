"""A page with every component and sample data, beside the product's own pages: for looking at the frame."""

import time
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from countermark.core.calendar import Clock, Due, explain, load
from countermark.entrypoints.web import urls as web
from countermark.entrypoints.web.doors import Refused, Stale, door
from countermark.entrypoints.web.roles import ANYONE

NOW = datetime(2026, 2, 26, 1, 12, tzinfo=UTC)  # Thu 26 Feb 2026, 09:12 Shanghai
ZONE = "Asia/Shanghai"
INVOICE = '<label class="form-label" for="invoice">Number of the invoice</label><input class="form-control" id="invoice">'
POSTS: list[str] = []
TEMPLATE = Path(__file__).with_name("kitchen_sink.html")


class Question(forms.Form):
    """One field of each kind."""

    words = forms.CharField(label="In your words", help_text="Up to 2,000 characters.", widget=forms.Textarea)
    place = forms.ChoiceField(label="Marketplace", choices=[("a", "Harbour Market"), ("b", "AliExpress")])
    kind = forms.ChoiceField(choices=[("t", "Trademark"), ("c", "Copyright")], widget=forms.RadioSelect)
    papers = forms.FileField(label="Add papers", help_text="PDF, JPG or PNG, up to 10 MB each.")
    declared = forms.BooleanField(label="I declare this for Halden & Moe AS, as Ines Moe")


def instant(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of February 2026, in UTC."""
    return datetime(2026, 2, day, hour, minute, tzinfo=UTC)


def due(day: int, hour: int, amount: int, **clock: Any) -> Due:
    """Return a due date by the PRC calendar, from an instant of February 2026 in UTC."""
    return explain(Clock(amount, "working", **clock), load("CN"), instant(day, hour))


@door(roles=[ANYONE])
def sink(request: HttpRequest) -> HttpResponse:
    """Every component once."""
    page = engines["django"].from_string(TEMPLATE.read_text())
    return HttpResponse(page.render(samples(), request))


def samples() -> dict[str, Any]:
    """Return sample data, the same as in the pictures the frame was drawn after."""
    step = SimpleNamespace
    bound = Question({"place": "z"})
    return {
        "now": NOW,
        "invoice": engines["django"].from_string(INVOICE).template,
        "told": due(26, 0, 3),
        "decide": due(12, 2, 5),
        "late": due(12, 2, 4),
        "six_months": explain(Clock(6, "month"), load("CN"), datetime(2025, 12, 15, 3, tzinfo=UTC)),
        "last_hours": instant(26, 2, 30),
        "clean": Question(),
        "form": bound,
        "page": Paginator(range(27), 12).page(1),
        "day": date(2026, 2, 26),
        "steps": [
            step(at=instant(26, 0, 40), title="Mei Lin was told", text="By mail and here.", key=True),
            step(at=instant(25, 6, 2), title="Halden & Moe complained", text="We kept a copy.", by="Ayo Adeyemi"),
        ],
        "checks": [
            step(met=True, text="The mark is recognisable in the pictures."),
            step(met=False, text="the supplier’s authorisation, signed or sealed"),
            step(met=None, text="No licence: claimed, not shown."),
        ],
        "parts": [("rest", 38), ("wait", 254), ("soon", 2), ("you", 11), ("done", 36)],
        "values": [0, 4, 9, 15, 12, 7, 11],
        "tabs": [step(label="All", count=244, url="#", here=True), step(label="Ready", count=212, url="#", here=False)],
        "commands": [
            step(label="Go to the queue", url="/kitchen-sink/", key="G"),
            step(label="Open your account", url="/account/"),
            step(label="Undo the last decision", press="z", key="Z"),
        ],
        "faults": [{"what": "Line 9 is a shop page.", "way_out": "Use a notice of its own.", "field": "id_words"}],
    }


@door(roles=[ANYONE])
def refused(request: HttpRequest) -> HttpResponse:
    raise Refused(
        what="This complaint has used its three counter-notices",
        obstacle="The third was decided on 6 May 2026.",
        way_out="You can appeal until 6 November 2026, 24:00 Brussels.",
        url="/kitchen-sink/",
        link="Appeal",
    )


@door(roles=[ANYONE])
def stale(request: HttpRequest) -> HttpResponse:
    raise Stale(
        what="Samir Okoye decided it: upheld.",
        by="Samir Okoye, reviewer",
        at=NOW,
        zone=ZONE,
        url="/kitchen-sink/",
        kept=[("In your words", "The base carries the mark.\nSee photo 1.")],
    )


@door(roles=[ANYONE])
def slow(request: HttpRequest) -> HttpResponse:
    """A page that takes its time, and remembers what was posted to it."""
    POSTS.append(request.path)
    time.sleep(1)
    return HttpResponse("done")


@door(roles=["operator"])
def for_operators(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for operators")


def without_door(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open to all by mistake")


without_door.__module__ = "countermark.entrypoints.web.mistake"


@door(roles=[ANYONE])
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a page that breaks")


urlpatterns = [
    path("kitchen-sink/", sink),
    path("refused/", refused),
    path("stale/", stale),
    path("slow/", slow),
    path("for-operators/", for_operators),
    path("without-door/", without_door),
    path("broken/", broken),
    path("demo/advance/", sink, name="demo-advance"),
    path("demo/roles/", sink, name="demo-roles"),
    path("", include(web)),
]
handler400, handler403, handler404, handler500 = web.handler400, web.handler403, web.handler404, web.handler500

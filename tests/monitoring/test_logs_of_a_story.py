"""Does a whole story, told by pages and a worker, leave no name, address or IP in the logs, and every line its request or job?"""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from countermark.apps.notifications.models import Delivery
from countermark.entrypoints.jobs.worker import Worker
from countermark.project.log_lines import JsonLines, TextLines
from people import a_notice, a_world, happens

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def written() -> Iterator[dict[str, io.StringIO]]:
    """What a process would have written on stderr, in both forms."""
    found = {"json": io.StringIO(), "text": io.StringIO()}
    root, level, handlers = logging.getLogger(), logging.getLogger().level, []
    for form, formatter in (("json", JsonLines()), ("text", TextLines())):
        handler = logging.StreamHandler(found[form])
        handler.setFormatter(formatter)
        root.addHandler(handler)
        handlers.append(handler)
    root.setLevel(logging.INFO)
    yield found
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


def browser(person: object) -> Client:
    client = Client(REMOTE_ADDR="203.0.113.77", raise_request_exception=False)
    client.force_login(person, backend=BACKEND)
    return client


def test_a_whole_story_leaves_ids_in_the_logs_and_no_personal_data(written, monkeypatch):
    world, now = a_world(), timezone.now()
    notice = a_notice(world, lines=2, at=now)
    Worker("desk-1").once()
    case = notice.complaints.order_by("pk").first()
    browser(world.ines).get(f"/holder/cases/{case.number}/")
    rana = browser(world.rana)
    rana.get(f"/review/case/{case.number}/", headers={"X-Request-Id": "story-1"})
    happens(case, "accepted", "reviewer", timezone.now())
    Worker("desk-1").once()
    Client(REMOTE_ADDR="203.0.113.77").post("/account/sign-in/", {"email": world.ines.email})
    monkeypatch.setattr("countermark.entrypoints.web.operator.stuck.tasks", _fails(f"Key (email)=({world.ines.email})"))
    assert browser(world.tomas).get("/operate/?who=Ines+Moe").status_code == 500
    assert Delivery.objects.filter(delivered_at__isnull=False).exists() or mail.outbox

    told = {form: stream.getvalue() for form, stream in written.items()}
    people = (world.ines, world.rana, world.tomas)
    names = [person.name for person in people] + [world.halden.name, world.mei.name, "Kai 4"]
    addresses = [person.email for person in people] + [world.halden.contact_email, world.mei.email]
    for form, text in told.items():
        assert [word for word in (*names, *addresses, "203.0.113.77", "wordmark") if word in text] == [], form
    lines = [json.loads(line) for line in told["json"].splitlines()]
    assert all("request_id" in line or "job" in line for line in lines if line["event"].startswith(("request", "job")))
    shown = next(line for line in lines if line.get("request_id") == "story-1")
    assert (shown["case"], shown["person"], shown["route"], shown["role"]) == (
        case.number, world.rana.pk, "reviewer:case", "reviewer",
    )  # fmt: skip
    assert {"tell", "deliver"} <= {line.get("kind") for line in lines if line["event"] == "job.done"}
    broken = next(line for line in lines if line["logger"] == "django.request")
    assert broken["error"] == "RuntimeError" and broken["route"] == "operator:home" and broken["trace"]
    assert re.search(r"\[.*request_id=story-1", told["text"])


def _fails(text: str):
    def fail(**more):
        raise RuntimeError(f"duplicate\nDETAIL: {text} in story")

    return fail

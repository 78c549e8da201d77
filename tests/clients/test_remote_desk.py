"""Sellers answer, reviewers decide and webhooks are kept at another installation, from the command line."""

import json
from pathlib import Path
from typing import Any

from clients.conftest import a_file
from countermark.apps.complaints.models import Complaint, CounterNotice
from countermark.apps.decisions.models import PendingStep
from countermark.apps.webhooks.models import Endpoint
from countermark.entrypoints.api.v1.counter_notices import SENT
from countermark.entrypoints.api.v1.files import PAGE

CHECKING = "CM-2026-710001-01"


def test_mei_asks_first_and_then_answers_with_a_paper_once(run: Any, tmp_path: Path) -> None:
    answer = a_file(tmp_path, "answer.json", SENT)
    letter = a_file(tmp_path, "letter.pdf", PAGE)
    bad = run("seller", "counter-notices", "send", a_file(tmp_path, "bad.json", {**SENT, "declarations": []}), "--lint")
    assert (bad.exit_code, json.loads(bad.stdout)["can_be_sent"]) == (1, False)
    before = CounterNotice.objects.count()
    call = ("counter-notices", "send", answer, "--paper", f"licence_letter={letter}", "--once", "monday")
    first, again = run("seller", *call), run("seller", *call)
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    said = json.loads(first.stdout)
    assert [paper["kind"] for paper in said["papers"]] == ["licence_letter"] and json.loads(again.stdout) == said
    assert CounterNotice.objects.count() == before + 1
    listed = run("seller", "counter-notices", "list", "--notice", "N-2026-000001").stdout.splitlines()
    assert [json.loads(line)["id"] for line in listed] == [said["id"]]


def test_mei_takes_a_listing_down_herself(run: Any) -> None:
    done = run("seller", "counter-notices", "take-down", "CM-2026-000001-01")
    assert (done.exit_code, json.loads(done.stdout)["outcome"] != "") == (0, True), done.output
    assert json.loads(run("seller", "counter-notices", "grounds").stdout)["items"]


def test_rana_works_the_queue_claims_decides_and_takes_it_back(run: Any, tmp_path: Path) -> None:
    assert CHECKING in [json.loads(line)["number"] for line in run("reviewer", "review", "queue").stdout.splitlines()]
    assert json.loads(run("reviewer", "review", "next").stdout)
    assert run("reviewer", "review", "claim", CHECKING).exit_code == 0
    assert json.loads(run("reviewer", "review", "show", CHECKING).stdout)["steps"]
    step = a_file(tmp_path, "step.json", {"event": "accepted"})
    seen = run("reviewer", "review", "preview", CHECKING, step)
    assert (seen.exit_code, json.loads(seen.stdout)["can_be_sent"]) == (0, True), seen.output
    seq = Complaint.objects.get(number=CHECKING).seq
    stale = run("reviewer", "review", "decide", CHECKING, step, "--seq", str(seq + 1))
    assert (stale.exit_code, stale.exception.code) == (1, "stale_case")
    made = run("reviewer", "review", "decide", CHECKING, step, "--seq", str(seq))
    assert made.exit_code == 0, made.output
    assert run("reviewer", "review", "undo", str(json.loads(made.stdout)["id"])).exit_code == 0
    assert not PendingStep.objects.filter(complaint__number=CHECKING).exists()
    assert run("reviewer", "review", "let-go", CHECKING).exit_code == 0


def test_a_webhook_is_made_tested_replayed_and_closed(run: Any, tmp_path: Path) -> None:
    body = a_file(tmp_path, "hook.json", {"name": "Our shelves", "url": "https://hooks.quay.example/rights"})
    made = json.loads(run("operator", "webhooks", "add", body).stdout)
    number = str(made["id"])
    assert made["secret"] and "secret" not in json.loads(run("operator", "webhooks", "show", number).stdout)
    assert json.loads(run("operator", "webhooks", "test", number).stdout)["event"] == "ping"
    sent = run("operator", "webhooks", "deliveries", number).stdout.splitlines()
    assert [json.loads(line)["event"] for line in sent] == ["ping"]
    assert json.loads(run("operator", "webhooks", "pause", number).stdout)["health"] == "paused"
    assert json.loads(run("operator", "webhooks", "resume", number).stdout)["health"] != "paused"
    assert json.loads(run("operator", "webhooks", "new-secret", number).stdout)["secret"] != made["secret"]
    assert run("operator", "webhooks", "replay", number).exit_code == 2
    again = run("operator", "webhooks", "replay", number, "--position", "0")
    assert again.exit_code == 0, again.output
    assert run("operator", "webhooks", "close", number).exit_code == 0
    assert Endpoint.objects.get(pk=made["id"]).state == "closed"

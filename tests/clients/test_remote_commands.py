"""Does `countermark api --server URL` do at another installation what it says, and end as every command ends?"""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clients.conftest import a_file
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.listings.models import PushedListing
from countermark.apps.work.models import StoredFile
from countermark.entrypoints.api.v1.files import PAGE
from countermark.entrypoints.api.v1.notices import EXAMPLE
from countermark.entrypoints.cli import app, remote

ONE = "CM-2026-000001-01"


def test_a_notice_is_sent_with_its_addresses_and_its_evidence_once(run: Any, tmp_path: Path) -> None:
    body = {name: value for name, value in EXAMPLE.items() if name not in ("listings", "evidence")}
    notice = a_file(tmp_path, "notice.json", body)
    links = a_file(tmp_path, "links.csv", "note,url\nfirst,https://harbour.example/i/40655\n\nlast,no link at all\n")
    photo = a_file(tmp_path, "certificate.pdf", PAGE)
    before = Notice.objects.count(), StoredFile.objects.count()
    call = ("notices", "send", notice, "--listings", links, "--evidence", f"photo={photo}", "--once", "night-1")
    first, again = run("rights_holder", *call), run("rights_holder", *call)
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    said = json.loads(first.stdout)
    assert (said["cases"], len(said["left_out"]), len(said["evidence"])) == (1, 1, 1)
    assert json.loads(again.stdout) == said
    assert (Notice.objects.count(), StoredFile.objects.count()) == (before[0] + 1, before[1] + 1)
    assert "sending certificate.pdf (1 of 1)" in first.stderr and "sending 2 lines" in first.stderr


def test_a_notice_that_could_not_be_sent_is_told_so_before(run: Any, tmp_path: Path) -> None:
    before = Notice.objects.count()
    good = run("rights_holder", "notices", "send", a_file(tmp_path, "good.json", EXAMPLE), "--lint")
    bad = run(
        "rights_holder", "notices", "send", a_file(tmp_path, "bad.json", EXAMPLE | {"declarations": []}), "--lint"
    )
    assert (good.exit_code, json.loads(good.stdout)["can_send"]) == (0, True)
    assert (bad.exit_code, json.loads(bad.stdout)["can_send"]) == (1, False)
    assert Notice.objects.count() == before


def test_cases_are_listed_one_on_each_line_and_shown_whole(run: Any) -> None:
    listed = run("rights_holder", "complaints", "list", "--notice", "N-2026-000001", "--sort", "number")
    numbers = [json.loads(line)["number"] for line in listed.stdout.splitlines()]
    assert numbers == [ONE, "CM-2026-000001-02"]
    assert json.loads(run("rights_holder", "complaints", "show", ONE).stdout)["number"] == ONE
    hers = Notice.objects.filter(holder__name="Halden & Moe AS")
    assert len(run("rights_holder", "notices", "list").stdout.splitlines()) == hers.count() > 0


def test_a_complaint_is_taken_back_as_it_was_seen(run: Any) -> None:
    seq = json.loads(run("rights_holder", "complaints", "show", ONE).stdout)["seq"]
    stale = run("rights_holder", "complaints", "withdraw", ONE, "--seq", str(seq - 1))
    assert stale.exit_code == 1 and stale.exception.code == "stale_case"
    done = run("rights_holder", "complaints", "withdraw", ONE, "--words", "We found a licence.")
    assert (done.exit_code, json.loads(done.stdout)["state"]) == (0, "withdrawn")
    assert Complaint.objects.get(number=ONE).state == "withdrawn"


def test_an_answer_the_state_does_not_wait_for_is_refused(run: Any, tmp_path: Path) -> None:
    refused = run("rights_holder", "complaints", "answer", ONE, a_file(tmp_path, "a.json", {"nonsense": 1}))
    assert (refused.exit_code, refused.exception.code) == (1, "request_defective")


def a_line(item: int, **more: Any) -> str:
    line = {"item_id": f"N-{item}", "url": f"https://quay.example/item/N-{item}", "title": "Lamp", "seller": "lantern"}
    return json.dumps({**line, "updated_at": "2026-02-25T14:02:00+08:00", **more}) + "\n"


def test_listings_are_sent_in_pieces_and_what_was_left_out_is_named_by_its_line(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countermark_client.call.MOST_LINES", 4)
    text = "".join(a_line(item) for item in range(10)) + a_line(10, title=7)
    pushed = run("operator", "listings", "push", "quay", a_file(tmp_path, "l.ndjson", text))
    said = json.loads(pushed.stdout)
    assert (pushed.exit_code, said["lines"], said["added"], said["refused"]) == (1, 11, 10, 1), pushed.output
    assert [fault["line"] for fault in said["faults"]] == [11]
    assert pushed.stderr.splitlines()[0] == "4 lines sent, 0 left out"
    assert PushedListing.objects.filter(listing__item_id__startswith="N-").count() == 10
    again = run("operator", "listings", "push", "quay", a_file(tmp_path, "m.ndjson", text.rsplit("{", 1)[0]))
    assert (again.exit_code, json.loads(again.stdout)["unchanged"]) == (0, 10)


def test_sellers_are_sent_too(run: Any, tmp_path: Path) -> None:
    lines = a_file(tmp_path, "s.ndjson", json.dumps({"ref": "heron", "name": "Heron Lamps"}) + "\n")
    pushed = run("operator", "sellers", "push", "quay", lines)
    assert (pushed.exit_code, json.loads(pushed.stdout)["added"]) == (0, 1), pushed.output


def test_what_the_installation_refuses_ends_with_one(run: Any) -> None:
    refused = run("seller", "notices", "list")
    assert (refused.exit_code, refused.exception.code) == (1, "not_for_this_role")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--server", "http://countermark.example", "--key-file", "KEY", "me"], "use https"),
        (["--server", "https://countermark.example", "me"], "COUNTERMARK_KEY"),
        (["--server", "https://countermark.example", "--key", "cmk_a_b", "me"], "read by every process"),
        (["--key-file", "KEY", "me"], "--server"),
        (["--server", "https://countermark.example", "--key-file", "KEY", "notices", "send", "LIST"], "JSON object"),
        (["--server", "https://countermark.example", "--key-file", "KEY", "notices", "send", "KEY"], "no JSON"),
        (["--server", "https://countermark.example", "--key-file", "KEY", "notices", "send", "OWN"], "--once"),
        (
            [
                *"--server https://countermark.example --key-file KEY notices send GOOD --evidence photo=none.jpg".split()
            ],
            "KIND=FILE",
        ),
    ],
)
def test_a_command_used_wrongly_ends_with_two_and_sends_nothing(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    files = {"KEY": "cmk_a_b", "LIST": "[1]", "OWN": '{"idempotency_key": "x"}', "GOOD": "{}"}
    named = {name: a_file(tmp_path, name, text) for name, text in files.items()}
    told = CliRunner(env={"COLUMNS": "400"}).invoke(app, ["api", *(named.get(each, each) for each in arguments)])
    assert told.exit_code == 2, told.output
    assert words in " ".join(told.output.split())


def test_without_the_client_the_command_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(remote, "import_module", missing)
    environment = {"COUNTERMARK_KEY": "cmk_a_b", "COUNTERMARK_SERVER": "https://countermark.example"}
    told = CliRunner(env=environment).invoke(app, ["api", "me"])
    assert told.exit_code == 1
    assert told.exception.code == "client_missing" and "pip install ./clients/python" in str(told.exception)

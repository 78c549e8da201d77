"""The pages on which drafts are sent together, and their way by program and at the command line."""

import csv
import io

import pytest
from typer.testing import CliRunner

from countermark.apps.portfolio.models import RightSubmission
from countermark.apps.rights.models import Right
from countermark.entrypoints.cli import app
from countermark.entrypoints.jobs.worker import Worker
from people import a_world
from portfolio.test_pages import browser_of, text, url
from portfolio.test_sending import a_draft

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    made = a_world()
    a_draft(made)
    a_draft(made, number="55180022", classes="9, 11")
    a_draft(made, number="55180023", papers=(), name="=FJELL")
    return made


def table(answer):
    return list(csv.reader(io.StringIO(text(answer).lstrip("\ufeff"))))


def test_ines_sees_every_verdict_sends_what_is_ready_and_takes_the_rest_away(world):
    ines = browser_of(world.ines)
    assert "Send drafts" in text(ines.get(url("rights")))
    assert "(3)" in text(ines.get(url("sendings")))
    assert ines.post(url("sendings"), {"drafts": f"holder-{world.halden.pk}"}).status_code == 302
    row = RightSubmission.objects.get()
    page = text(ines.get(url("sending", row.pk)))
    assert "1 draft is ready to be sent" in page and "3 drafts were checked." in page and "Send 1 draft" in page
    assert "1 cannot be sent before it is mended." in page and "and the one that would probably come back" in page
    mend = text(ines.get(url("sending", row.pk) + "?show=mend"))
    assert "=FJELL" in mend and "Certificate" in mend and "55180022" not in mend
    assert ines.post(url("sending", row.pk)).status_code == 302
    assert "0 of 1 are sent" in text(ines.get(url("sending", row.pk)))
    Worker("one", threads=0).once()
    done = text(ines.get(url("sending", row.pk)))
    assert "1 right is sent for verification" in done and "2 stay drafts." in done
    assert ines.get(url("sending", row.pk), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    rows = table(ines.get(url("sending-csv", row.pk)))
    assert [line[1] for line in rows[1:]] == ["Sent", "Would probably come back", "To mend"]
    assert rows[3][5] == "'=FJELL" and rows[3][6] and rows[3][7]
    assert len(table(ines.get(url("sending-csv", row.pk) + "?show=mend"))) == 2
    assert Right.objects.filter(holder=world.halden, state="pending").count() == 1


def test_nobody_elses_drafts_are_there(world):
    ines, otto = browser_of(world.ines), browser_of(a_world().ines)
    ines.post(url("sendings"), {})
    row = RightSubmission.objects.get()
    for name in ("sending", "sending-csv"):
        assert otto.get(url(name, row.pk)).status_code == 404
    assert otto.post(url("sending", row.pk)).status_code == otto.post(url("sending-discard", row.pk)).status_code == 404
    otto.post(url("sendings"), {"drafts": f"holder-{world.halden.pk}"})
    assert RightSubmission.objects.exclude(pk=row.pk).get().counts == {}
    assert RightSubmission.objects.get(pk=row.pk).state == "shown"


def test_verdicts_can_be_forgotten_and_nothing_is_sent(world):
    ines = browser_of(world.ines)
    ines.post(url("sendings"), {"drafts": "import-99999999999999999999"})
    ines.post(url("sendings"), {})
    row = RightSubmission.objects.latest("pk")
    assert ines.post(url("sending-discard", row.pk)).status_code == 302
    assert not RightSubmission.objects.filter(pk=row.pk).exists()
    assert not Right.objects.filter(holder=world.halden, state="pending").exists()


def said(*arguments):
    result = CliRunner().invoke(app, ["rights", "submit", *arguments])
    return result.exit_code, result.output


def test_drafts_are_sent_at_the_command_line_and_what_stays_is_printed(world, tmp_path):
    holder, result = str(world.halden.pk), tmp_path / "result.csv"
    code, text = said("--holder", holder, "--check")
    assert code == 1 and "3 drafts: 0 sent, 1 doubtful, 1 to mend" in text and "(55180023), mend: " in text
    assert not RightSubmission.objects.exists()
    code, text = said("--holder", holder, "--doubtful-too", "--result", str(result))
    assert code == 1 and "3 drafts: 2 sent, 1 doubtful, 1 to mend" in text
    assert "'=FJELL" in result.read_text("utf-8-sig")
    assert said("--holder", holder, "--import", "4711")[0] == said("--holder", "999999")[0] == 2

"""`countermark due`: anybody can check a deadline at a prompt, and a wrong option says what to type instead."""

import json
import os
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from countermark.entrypoints.cli import due

START = "2026-02-13T10:00+08:00"
FREE = ["--calendar", "CN", "--amount", "3", "--unit", "working"]
SIX_MONTHS = ["--calendar", "EU", "--amount", "6", "--unit", "month"]
PLATFORM = ["--pack", "platform", "--state", "awaiting_seller"]

app = typer.Typer()
app.callback()(lambda: None)  # with a callback, `due` stays a command of its own
due.register(app)


def printed(*options: str) -> dict:
    result = CliRunner().invoke(app, ["due", *options])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(*options: str) -> str:
    """The one sentence on stderr."""
    result = CliRunner().invoke(app, ["due", *options])
    assert result.exit_code == 2
    assert result.stdout == ""
    sentence, rest = result.stderr.split("\n", 1)
    assert rest == ""
    return sentence.removeprefix("countermark due: ")


def test_the_installed_command_prints_the_seller_s_clock_day_by_day() -> None:
    command = [sys.executable, "-m", "countermark.project.main", "due", *PLATFORM, "--start", START]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    answer = json.loads(result.stdout)
    assert answer["due_at"] == "2026-02-26T00:00:00+08:00"
    assert (answer["last_day"], answer["provisional"], answer["zone"]) == ("2026-02-25", False, "Asia/Shanghai")
    # Sat 14 is a make-up day = 1, 15 to 23 are holidays, Tue 24 = 2, Wed 25 = 3.
    counted = {day["day"]: day["counted"] for day in answer["days"] if day["counted"]}
    assert counted == {"2026-02-14": 1, "2026-02-24": 2, "2026-02-25": 3}
    assert [day["reason"] for day in answer["days"]] == ["start", "make_up", *["holiday"] * 9, "counted", "last"]
    assert answer["days"][2]["name"] == "Spring Festival"


def test_any_clock_can_be_asked_for() -> None:
    assert printed(*FREE, "--start", START) == printed(*PLATFORM, "--start", START)


@pytest.mark.parametrize(
    ("options", "due_at"),
    [
        # 7 in the second chance: Sat 14 = 1, 24 to 27 = 5, make-up Sat 28 = 6, Mon 2 March = 7.
        ([*PLATFORM, "--round", "2", "--start", START], "2026-03-03T00:00:00+08:00"),
        # The place of sale is Germany: Mon 16 = 1, Tue 17 = 2, Wed 18 = 3; 10:00 in Shanghai is 03:00 in Berlin.
        ([*PLATFORM, "--marketplace-calendar", "DE", "--start", START], "2026-02-19T00:00:00+01:00"),
        # Ten business days from Fri 20 Nov 2026: 23, 24, 25, 27 = 4, 30 Nov to 4 Dec = 9, Mon 7 = 10.
        (["--pack", "us-dmca-512", "--state", "countered", "--start", "2026-11-20T16:00-05:00"], "2026-12-08T00:00:00-05:00"),
        (["--calendar", "us", "--amount", "10", *FREE[4:], "--start", "2026-11-20T21:00Z"], "2026-12-08T00:00:00-05:00"),
        # No 31 February: Sun 28 Feb 2027, so Mon 1 March.
        (
            [*SIX_MONTHS, "--roll", "next_working", "--start", "2026-08-31T10:00+02:00"],
            "2027-03-02T00:00:00+01:00",
        ),
        ([*SIX_MONTHS, "--start", "2026-08-31T10:00+02:00"], "2027-03-02T00:00:00+01:00"),  # as the law has it, unasked
        ([*SIX_MONTHS, "--roll", "none", "--start", "2026-08-31T10:00+02:00"], "2027-03-01T00:00:00+01:00"),
        # The first day counted: Fri 13 = 1, Sat 14 = 2, Tue 24 = 3.
        ([*FREE, "--first-day", "same", "--start", START], "2026-02-25T00:00:00+08:00"),
        # Days of London: 10:00 in Shanghai is Fri 13 there too; the same days, another midnight.
        ([*FREE, "--zone", "Europe/London", "--start", START], "2026-02-26T00:00:00+00:00"),
        # An hour clock needs no calendar.
        (["--amount", "72", "--unit", "hour", "--start", START, "--zone", "Asia/Shanghai"], "2026-02-16T10:00:00+08:00"),
    ],
)  # fmt: skip
def test_due_is_printed_with_the_offset_of_its_zone(options: list[str], due_at: str) -> None:
    assert printed(*options)["due_at"] == due_at


def test_a_due_date_in_a_year_without_notice_says_it_is_provisional() -> None:
    assert printed(*FREE, "--start", "2027-02-05T10:00+08:00")["provisional"] is True


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "a clock needs --calendar, --amount and --unit"),
        (["--calendar", "CN", "--amount", "3", "--start", START], "a clock needs --calendar, --amount and --unit"),
        (["--amount", "3", "--unit", "working", "--start", START], "a clock needs --calendar, --amount and --unit"),
        (FREE, "--start '' is no instant; give date, time and offset, for example --start 2026-02-13T10:00+08:00"),
        ([*FREE, "--start", "yesterday"], "--start 'yesterday' is no instant"),
        ([*FREE, "--start", "2026-02-30T10:00Z"], "--start '2026-02-30T10:00Z' is no instant"),
        ([*FREE, "--start", "2026-02-13T10:00"], "--start '2026-02-13T10:00' has no offset, so it is no instant; add one"),
        ([*FREE, "--start", "2026-02-13"], "--start '2026-02-13' has no offset"),
        ([*FREE, "--start", "9999-12-31T23:00-05:00"], "leaves the years 1990 to 2149"),
        ([*FREE, "--start", START, "--zone", "Shanghai"], "--zone 'Shanghai' is not known; give an IANA name"),
        ([*FREE, "--start", START, "--zone", "../etc/passwd"], "--zone '../etc/passwd' is not known"),
        ([*FREE, "--start", START, "--zone", "America"], "--zone 'America' is not known"),
        ([*FREE, "--start", START, "--zone", ""], "--zone '' is not known"),
        ([*FREE, "--start", START, "--roll", "back"], "--roll 'back' is not known; choose one of next_working, none"),
        ([*FREE, "--start", START, "--first-day", "0"], "--first-day '0' is not known; choose one of next, same"),
        ([*FREE[:4], "--unit", "days", "--start", START], "--unit 'days' is not known; choose one of working, calendar"),
        (["--calendar", "XX", *FREE[2:], "--start", START], "--calendar 'XX' is not there; choose one of AT, BE"),
        (["--pack", "platfrom", "--state", "checking", "--start", START], "--pack 'platfrom' is not there; choose one of"),
        (["--pack", "platform", "--start", START], "a pack's clock needs --pack and --state"),
        (["--state", "checking", "--start", START], "a pack's clock needs --pack and --state"),
        (["--pack", "platform", "--state", "upheld", "--start", START], "--state 'upheld' has no clock in the pack platform"),
        ([*PLATFORM, "--amount", "3", "--start", START], "leave out --amount, or leave out the pack's options"),
        ([*FREE, "--round", "2", "--start", START], "leave out --calendar, --amount, --unit, or leave out the pack's options"),
        ([*PLATFORM, "--round", "0", "--start", START], "--round '0' is not possible; give a whole number of 1 or more"),
        ([*PLATFORM, "--marketplace-calendar", "XX", "--start", START], "--marketplace-calendar 'XX' is not there"),
        (
            ["--pack", "us-dmca-512", "--state", "countered", "--marketplace-calendar", "DE", "--start", START],
            "the pack counts this clock by US-federal wherever it is sold; leave out --marketplace-calendar",
        ),
    ],
)  # fmt: skip
def test_an_option_used_wrongly_names_itself_and_the_way_out(options: list[str], said: str) -> None:
    assert said in refused(*options)


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", "three", "", "٣", "9" * 30])
def test_an_amount_that_is_no_length_is_refused(amount: str) -> None:
    sentence = refused("--calendar", "CN", f"--amount={amount}", "--unit", "working", "--start", START)
    assert sentence == f"--amount {amount!r} is not possible; give a whole number of 1 or more"


@pytest.mark.parametrize("unit", ["working", "calendar", "month", "hour"])
def test_a_clock_longer_than_the_calendars_is_refused(unit: str) -> None:
    sentence = refused("--calendar", "CN", "--amount", "99999999", "--unit", unit, "--start", START)
    assert "check the amount and the start" in sentence


def test_a_long_value_is_not_echoed_whole() -> None:
    assert len(refused(*FREE, "--start", "x" * 100_000)) < 300

"""A file of rights seen in a browser: chosen, its verdicts, stored, its papers."""

import pytest
from playwright.sync_api import expect

from browser.looking import assert_accessible, look, sign_in
from countermark.entrypoints.jobs.worker import Worker
from people import a_world
from portfolio.files_of_rights import MARK, a_sheet, marks
from portfolio.test_papers import a_page, a_zip

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    made = a_world()
    made.ines.language = ""  # as the browser says
    made.ines.save()
    return made


def seen(page, name):
    assert_accessible(page)
    look(page, name)


def test_ines_brings_in_her_portfolio_and_adds_its_papers(live, world, tmp_path):
    sheet, papers, lamp = (tmp_path / name for name in ("portfolio.xlsx", "papers.zip", "lamp.csv"))
    bad = {**MARK, "number": "2.18E+06", "expires_on": "07/08/2036", "classes": "9, 46", "owner": ""}
    sheet.write_bytes(a_sheet(*marks(4), bad, {**MARK, "kind": "trade mark?"}))
    papers.write_bytes(a_zip({"55180021.png": a_page(), "99999999.png": a_page()}).getvalue())
    lamp.write_text("lamp,price\nFjell,89\n")
    live.goto("/")
    sign_in(live, world.ines)
    live.goto("/holder/rights/")
    live.get_by_role("link", name="Import a file").click()
    seen(live, "import-choose")
    live.get_by_label("Which file holds your rights?").set_input_files(lamp)
    live.get_by_role("button", name="Check the rows").click()
    expect(live.locator("body")).to_contain_text("No column says the kind of right.")
    assert_accessible(live)
    live.get_by_label("Which file holds your rights?").set_input_files(sheet)
    live.get_by_role("button", name="Check the rows").click()
    seen(live, "import-verdicts")
    live.get_by_role("button", name="Store 4 rights").click()
    live.get_by_role("progressbar").wait_for()
    seen(live, "import-running")
    Worker("one", threads=0).once()
    live.get_by_role("heading", name="4 rights are stored").wait_for()  # by itself
    seen(live, "import-done")
    live.get_by_role("link", name="Add their papers as a ZIP").click()
    live.get_by_label("Which ZIP holds the papers?").set_input_files(papers)
    live.get_by_role("button", name="Add the papers").click()
    live.get_by_role("heading", name="1 paper was added").wait_for()
    expect(live.locator("body")).to_contain_text("Name it after the number of the right")
    assert_accessible(live)
    live.goto("/holder/rights/")
    live.get_by_role("link", name="Send drafts").click()
    seen(live, "sending-choose")
    live.get_by_role("radio", name="Those brought in with portfolio.xlsx").check()
    live.get_by_role("button", name="Check the drafts").click()
    live.get_by_role("heading", name="No draft is ready to be sent").wait_for()
    seen(live, "sending-verdicts")
    live.get_by_label("and the one that would probably come back").check()
    live.get_by_role("button", name="Send what is ticked").click()
    live.get_by_role("progressbar").wait_for()
    Worker("one", threads=0).once()
    live.get_by_role("heading", name="1 right is sent for verification").wait_for()  # by itself
    live.get_by_text("Sent all the same").first.wait_for()
    seen(live, "sending-done")

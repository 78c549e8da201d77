"""Would `script/bench storm` notice? Its storm is one, and its count finds a clock missed, an effect lost, an effect doubled."""

import threading
from collections import Counter
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import httpx
import pytest
import storm
import storm_count
import storm_front

from core.walking import Walk
from countermark.core.complaint import ClockRanOut, NotPermitted

DESK = httpx.Client(verify=False)  # on this machine, without certificates, which take a while to read


class Heard(BaseHTTPRequestHandler):
    """A shop that remembers what it was asked."""

    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, self.headers["Shop-Signature"], body))
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"done")

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def shop():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Heard)
    server.daemon_threads, server.heard = True, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def front(shop, monkeypatch):
    monkeypatch.setattr(storm_front, "LONGER_THAN_THE_DESK_WAITS", 0.0)
    opened = storm_front.Front(shop.server_port, 0.2)
    opened.open()
    yield opened
    opened.close()


def asked(front, path, number):
    """What the desk learns: the status, or that no answer came."""
    signed = {"Shop-Signature": f"v1={number}"}
    try:
        return DESK.post(f"http://127.0.0.1:{front.port}{path}", content=b"{}", headers=signed).status_code
    except httpx.HTTPError:
        return "no answer"


def test_one_call_in_five_goes_wrong_and_half_of_these_after_the_shop_has_acted(front, shop):
    answers = Counter(asked(front, "/api/items/1/measures", number) for number in range(400))
    wrong = 400 - answers[200]
    assert 60 <= wrong <= 100  # 80, give or take two and a half times the spread of 8
    assert front.happened["answered"] == answers[200]
    assert answers[500] == front.happened["500 before"] + front.happened["500 after"]
    acted_in_vain = sum(times for kind, times in front.happened.items() if "after" in kind or "acted" in kind)
    assert 0.3 * wrong < acted_in_vain < 0.7 * wrong
    assert len(shop.heard) == answers[200] + acted_in_vain
    assert len({signature for _, signature, _ in shop.heard}) == len(shop.heard), "each call reached the shop once"


def test_pages_and_pictures_pass_untouched(front, shop):
    assert {asked(front, "/media/lamp.png?size=1", number) for number in range(60)} == {200}
    assert not front.happened
    assert shop.heard[0] == ("/media/lamp.png?size=1", "v1=0", b"{}")


# --- clocks ---------------------------------------------------------------------------------------------------------------


def a_log(walk):
    """The walk as the log of a case tells it."""
    first = SimpleNamespace(seq=0, event="opened", by="complainant", at=walk.steps[0].old.at, state="", ask="")
    return [first] + [
        SimpleNamespace(seq=s.new.seq, event=s.event, by=s.by, at=s.at, state=s.new.state, ask=s.new.ask)
        for s in walk.steps
    ]


@pytest.fixture
def silent():
    """A seller was told on Tuesday and said nothing for three working days."""
    walk = Walk("platform", "2026-03-03 09:00", place="CN")
    walk.does("reviewer", "accepted", "2026-03-03 10:00")
    walk.told("2026-03-03 11:00")
    walk.until("2026-03-09 00:00")
    assert walk.stands[0] == "removed"
    return walk, SimpleNamespace(
        procedure=walk.procedure, calendars=walk.calendars, case=walk.case, number="CM-2026-000001-01"
    )


def test_a_case_that_went_by_its_clocks_is_found_where_it_stands(silent):
    walk, held = silent
    assert storm_count.walked(held, a_log(walk)) == walk.case


def test_a_clock_that_was_noticed_a_minute_late_is_found(silent):
    walk, held = silent
    events = a_log(walk)
    events[-1].at += timedelta(minutes=1)
    with pytest.raises((ClockRanOut, NotPermitted)):
        storm_count.walked(held, events)


def test_an_answer_taken_after_the_clock_had_run_out_is_found(silent):
    walk, held = silent
    late = SimpleNamespace(**vars(a_log(walk)[-1]))
    late.event, late.by, late.at = "counter_notice_filed", "seller", late.at + timedelta(seconds=1)
    with pytest.raises(ClockRanOut):
        storm_count.walked(held, [*a_log(walk)[:-1], late])


# --- effects --------------------------------------------------------------------------------------------------------------


def a_listing(*asks, shop_state):
    """A listing whose only case has asked this, one after the other."""
    case = SimpleNamespace(ask=asks[-1], events=every([SimpleNamespace(ask=ask) for ask in asks]))
    measures = [measure(f"cm-{number}", ask) for number, ask in enumerate(storm_count.changes(asks))]
    return SimpleNamespace(
        pk=1, item_id="17", shop_state=shop_state, complaints=every([case]), measures=every(measures)
    )


def every(rows):
    return SimpleNamespace(all=lambda: rows)


def measure(reference, wanted):
    return SimpleNamespace(reference=reference, wanted=wanted, listing_id=1, confirmed_at=True, by_hand=False)


def faults(listing, lies, *references):
    known = {one.reference: one for one in listing.measures.all()}
    return list(storm_count.of_listing(listing, lies, [("", reference, "") for reference in references], known))


def test_a_listing_paused_and_put_back_once_each_is_well():
    assert faults(a_listing("nothing", "pause", "nothing", shop_state="up"), "", "cm-0", "cm-1") == []


def test_an_effect_the_shop_never_had_is_found():
    [lies, _] = faults(a_listing("nothing", "pause", "nothing", shop_state="up"), "pause", "cm-0")
    assert "pause lies on it" in lies


def test_an_effect_that_happened_twice_is_found():
    listing = a_listing("nothing", "pause", "nothing", shop_state="up")
    assert any("acted twice" in one for one in faults(listing, "", "cm-0", "cm-0", "cm-1"))
    assert any("the shop did" in one for one in faults(listing, "", "cm-0", "cm-1", "cm-0", "cm-1"))


def test_an_effect_nobody_asked_for_is_found():
    assert any("never asked" in one for one in faults(a_listing("nothing", shop_state="up"), "", "cm-9"))


def test_what_was_overtaken_before_it_was_asked_may_be_missing_and_nothing_else():
    asked_for = ["pause", "remove", "nothing"]
    assert storm_count.is_part_in_order(["remove", "nothing"], asked_for)
    assert not storm_count.is_part_in_order(["remove", "pause"], asked_for)
    assert not storm_count.is_part_in_order(["pause", "nothing", "remove"], asked_for)


# --- the verdict ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "kills", "wrong", "status"), [(160, 10, 0, 0), (170, 10, 0, 1), (160, 9, 0, 1), (160, 10, 1, 1)]
)
def test_the_bench_passes_only_when_all_of_it_holds(seconds, kills, wrong, status):
    calm, storms = {"seconds": 100.0, "kills": 0}, {"seconds": float(seconds), "kills": kills}
    assert storm.judged(calm, storms, wrong) == status  # 100/160 = 0.625, 100/170 = 0.588; at least 0.6

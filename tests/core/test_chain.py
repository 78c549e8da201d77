"""The log takes codes only, always in one form, and one changed byte is found."""

import hashlib
import json
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core import chain

TOKEN = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, blacklist_characters='"\\'), max_size=40)
CODE = st.one_of(TOKEN, st.integers(-(10**15) + 1, 10**15 - 1))
FIELDS = st.dictionaries(TOKEN, st.one_of(CODE, st.dictionaries(TOKEN, CODE, max_size=4)), min_size=1, max_size=6)
SOMETHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=300)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


def an_event(seq: int = 1, **changes: chain.Field) -> bytes:
    fields: dict[str, chain.Field] = {
        "complaint": "CM-2026-000417-03",
        "seq": seq,
        "event": "due",
        "by": "clock",
        "at": "2026-02-25T16:00:00+00:00",
        "state": "removed",
        "ask": "remove",
        "data": {"channel": "mail", "words": "9f2c" * 16},
    }
    return chain.payload(**{**fields, **changes})


def a_log(length: int) -> list[tuple[bytes, bytes]]:
    links, head = [], chain.GENESIS
    for seq in range(length):
        written = an_event(seq)
        head = chain.event_hash(head, written)
        links.append((written, head))
    return links


# --- one form ---------------------------------------------------------------------------------------------------------


@given(FIELDS)
def test_the_bytes_are_those_of_plain_sorted_json_without_spaces(fields):
    plain = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    assert chain.payload(**fields) == plain
    assert json.loads(chain.payload(**fields)) == fields


def test_the_order_in_which_fields_are_given_is_nothing():
    assert chain.payload(a=1, b="x", c={"e": 1, "d": 2}) == chain.payload(c={"d": 2, "e": 1}, b="x", a=1)


@pytest.mark.parametrize(
    "value",
    [
        *(1.5, 1.0, float("nan"), True, False, None, ["a"], {"a": {"b": {"c": 1}}}, {"a": True}, 10**15, -(10**15)),
        *("two words", "line\nend", "tab\t", 'quote"', "back\\slash", "Müller", "梅", "x" * 201),
        *(datetime(2026, 2, 25, tzinfo=UTC), b"x"),
    ],
)
def test_what_is_no_code_id_instant_or_digest_is_refused(value):
    with pytest.raises(ValueError, match=r"the log (takes|does not take)"):
        an_event(what=value)


def test_the_refusal_names_the_field():
    with pytest.raises(ValueError, match=r"statement holds 'I bought it from the owner'"):
        an_event(statement="I bought it from the owner")
    with pytest.raises(ValueError, match="without fields"):
        chain.payload()


@given(SOMETHING)
def test_whatever_is_passed_is_written_exactly_or_refused(value):
    try:
        written = chain.payload(what=value)
    except ValueError:
        return
    assert json.loads(written) == {"what": value}
    assert b" " not in written
    assert written.isascii()


def test_an_instant_is_written_in_utc_and_always_as_long():
    shanghai = timezone(timedelta(hours=8))
    assert chain.instant(datetime(2026, 2, 26, tzinfo=shanghai)) == "2026-02-25T16:00:00.000000+00:00"
    assert an_event(at=chain.instant(datetime(2026, 2, 26, tzinfo=shanghai)))
    with pytest.raises(ValueError, match="aware"):
        chain.instant(datetime(2026, 2, 26))  # noqa: DTZ001 - the mistake this is about


# --- the chain --------------------------------------------------------------------------------------------------------


def test_a_link_is_sha_256_over_domain_previous_hash_and_payload():
    written = an_event()
    assert (
        chain.event_hash(chain.GENESIS, written)
        == hashlib.sha256(b"countermark.event.v1\n" + bytes(32) + written).digest()
    )
    with pytest.raises(ValueError, match="32 bytes"):
        chain.event_hash(b"", written)


def test_an_untouched_log_verifies_and_an_empty_one_too():
    links = a_log(5)
    assert chain.verify_chain(links) is None
    assert chain.verify_chain(links, head=links[-1][1]) is None
    assert chain.verify_chain([], head=chain.GENESIS) is None


@given(st.integers(0, 5), st.data())
def test_one_changed_byte_is_found_at_its_own_link(which, data):
    links = a_log(6)
    written, stored = links[which]
    place = data.draw(st.integers(0, len(written) + len(stored) - 1))
    whole = bytearray(written + stored)
    whole[place] ^= data.draw(st.integers(1, 255))
    links[which] = (bytes(whole[: len(written)]), bytes(whole[len(written) :]))
    assert chain.verify_chain(links) == which


@given(st.integers(0, 5), st.integers(0, 5))
def test_two_links_that_changed_places_are_found_at_the_first_of_them(one, other):
    links = a_log(6)
    links[one], links[other] = links[other], links[one]
    assert chain.verify_chain(links) == (None if one == other else min(one, other))


@given(st.integers(0, 5))
def test_a_link_taken_out_of_the_middle_or_cut_off_the_end_is_found(which):
    links = a_log(6)
    head = links[-1][1]
    del links[which]
    assert chain.verify_chain(links, head=head) == which  # 5: the last was cut off, and only the head tells
    assert chain.verify_chain(links[:which], head=head) == which


# --- digests ----------------------------------------------------------------------------------------------------------


def test_a_digest_stands_for_a_text_and_tells_nothing_without_its_salt():
    one, other = bytes(range(16)), bytes(range(1, 17))
    assert chain.salted_digest(one, "Mei Lin") == chain.salted_digest(one, "Mei Lin")
    assert chain.salted_digest(one, "Mei Lin") != chain.salted_digest(other, "Mei Lin")
    assert an_event(words=chain.salted_digest(one, "Mei Lin"))
    with pytest.raises(ValueError, match="16 random bytes"):
        chain.salted_digest(b"short", "Mei Lin")


def test_fifty_thousand_events_are_written_and_chained_in_well_under_a_second():
    def five_thousand() -> float:
        start, head = time.process_time(), chain.GENESIS
        for seq in range(5_000):
            head = chain.event_hash(head, an_event(seq))
        return time.process_time() - start

    assert min(five_thousand() for _ in range(5)) < 0.1  # ten times 0.1 s; measured 0.03 s

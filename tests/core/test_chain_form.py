"""A form writes the very bytes that `payload` writes, and refuses what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core.chain import form, payload

CODES = st.text(alphabet=[chr(c) for c in range(33, 127) if chr(c) not in '"\\'], max_size=40) | st.integers(-(10**14), 10**14)


@given(shared=st.dictionaries(st.sampled_from("acegik"), CODES), own=st.dictionaries(st.sampled_from("bdfh%"), CODES, min_size=1))
def test_an_event_written_by_a_form_has_the_same_bytes(shared, own):
    assert form({**shared, "data": {}}, *own)(*own.values()) == payload(**shared, **own, data={})


@pytest.mark.parametrize("value", ['a","b":"c', "two words", "back\\slash", 1.5, True, "é", "x" * 201, 10**15])
def test_what_is_no_code_is_refused_and_not_smuggled_in(value):
    with pytest.raises(ValueError, match="the log takes codes"):
        form({"data": {}}, "at")(value)

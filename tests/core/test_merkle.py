"""Any event of the log is provable, any change is found, and every log contains the ones before it."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core import merkle
from countermark.core.merkle import Checkpoint, Peaks, Tree, leaf_hash, verify_consistency, verify_inclusion

# The eight leaves and their roots that implementations of RFC 6962 test with, from certificate-transparency.
LEAVES = [
    bytes.fromhex(data)
    for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

SIZES = st.integers(1, 70)


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(2, "big")) for number in range(count)]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word: an implementation that shares nothing with the one under test."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def plain_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*plain_path(m, leaves[:k]), plain_root(leaves[k:])]
    return [*plain_path(m - k, leaves[k:]), plain_root(leaves[:k])]


def plain_subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    """RFC 9162, 2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [plain_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*plain_subproof(m, leaves[:k], whole), plain_root(leaves[k:])]
    return [*plain_subproof(m - k, leaves[k:], False), plain_root(leaves[:k])]


# --- roots ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_every_implementation_of_rfc_6962_has(size):
    leaves = [leaf_hash(data) for data in LEAVES[:size]]
    assert Tree(leaves).root().hex() == ROOTS[size - 1]
    assert Peaks().extend(leaves).root.hex() == ROOTS[size - 1]


def test_an_empty_log_has_the_hash_of_nothing_as_root():
    assert Tree().root() == Peaks().root == hashlib.sha256(b"").digest()


@given(st.integers(0, 70))
def test_tree_and_peaks_agree_with_the_text_of_the_rfc_at_every_size(size):
    leaves = hashes(size)
    assert Tree(leaves).root() == Peaks().extend(leaves).root == plain_root(leaves)


@given(SIZES, st.data())
def test_a_grown_tree_still_knows_the_roots_of_the_past(size, data):
    past = data.draw(st.integers(0, size))
    assert Tree(hashes(size)).root(past) == plain_root(hashes(size)[:past])


def test_a_leaf_never_passes_for_a_node():
    left, right = hashes(2)
    assert leaf_hash(left + right) != merkle.node_hash(left, right)


# --- inclusion --------------------------------------------------------------------------------------------------------


@given(SIZES, st.data())
def test_any_event_is_provable_in_any_log_that_holds_it(size, data):
    leaves = hashes(size + 5)
    index = data.draw(st.integers(0, size - 1))
    proof = Tree(leaves).inclusion_proof(index, size)
    assert proof == plain_path(index, leaves[:size])
    assert verify_inclusion(leaves[index], index, size, proof, plain_root(leaves[:size]))


@given(SIZES, st.data())
def test_any_tampering_with_an_inclusion_proof_fails(size, data):
    leaves = hashes(size)
    tree, index = Tree(leaves), data.draw(st.integers(0, size - 1))
    proof, root = tree.inclusion_proof(index), tree.root()
    assert not verify_inclusion(leaf_hash(b"another event"), index, size, proof, root)
    assert not verify_inclusion(leaves[index], index, size, proof, leaf_hash(b"another root"))
    assert not verify_inclusion(leaves[index], index, size, [*proof, root], root)
    assert not verify_inclusion(leaves[index], size, size, proof, root)
    assert not verify_inclusion(leaves[index], -1, size, proof, root)
    elsewhere = data.draw(st.integers(0, size - 1))
    assert verify_inclusion(leaves[index], elsewhere, size, proof, root) == (elsewhere == index)
    for place in range(len(proof)):
        assert not verify_inclusion(leaves[index], index, size, proof[:place] + proof[place + 1 :], root)
        flipped = [*proof[:place], leaf_hash(proof[place]), *proof[place + 1 :]]
        assert not verify_inclusion(leaves[index], index, size, flipped, root)


# --- consistency ------------------------------------------------------------------------------------------------------


@given(SIZES, st.data())
def test_every_log_is_an_extension_of_each_one_before_it(size, data):
    leaves, old = hashes(size), data.draw(st.integers(0, size))
    proof = Tree(hashes(size + 3)).consistency_proof(old, size)
    assert proof == (plain_subproof(old, leaves, True) if old else [])
    assert verify_consistency(old, size, plain_root(leaves[:old]), plain_root(leaves), proof)


@given(st.integers(2, 70), st.data())
def test_a_log_whose_past_was_changed_is_no_extension(size, data):
    leaves, old = hashes(size), data.draw(st.integers(1, size - 1))
    proof, new_root = Tree(leaves).consistency_proof(old), plain_root(leaves)
    rewritten = list(leaves[:old])
    rewritten[data.draw(st.integers(0, old - 1))] = leaf_hash(b"another event")
    old_root = plain_root(leaves[:old])
    assert not verify_consistency(old, size, plain_root(rewritten), new_root, proof)
    assert not verify_consistency(old, size, old_root, leaf_hash(b"another root"), proof)
    assert not verify_consistency(old, size, old_root, new_root, [*proof, new_root])
    assert not verify_consistency(size, old, new_root, old_root, proof)
    assert not verify_consistency(old, size, old_root, new_root, [])
    for place in range(len(proof)):
        assert not verify_consistency(old, size, old_root, new_root, proof[:place] + proof[place + 1 :])
        flipped = [*proof[:place], leaf_hash(proof[place]), *proof[place + 1 :]]
        assert not verify_consistency(old, size, old_root, new_root, flipped)


def test_the_same_log_twice_needs_no_proof_and_takes_none():
    root = plain_root(hashes(5))
    assert verify_consistency(5, 5, root, root, [])
    assert not verify_consistency(5, 5, root, plain_root(hashes(4)), [])
    assert not verify_consistency(5, 5, root, root, [root])
    assert verify_consistency(0, 5, merkle.EMPTY, root, [])
    assert not verify_consistency(0, 5, root, root, [])


def test_what_is_not_in_the_log_cannot_be_proved():
    tree = Tree(hashes(5))
    for wrong in (
        lambda: tree.inclusion_proof(5),
        lambda: tree.inclusion_proof(0, 6),
        lambda: tree.consistency_proof(4, 3),
        lambda: tree.root(9),
    ):
        with pytest.raises(ValueError, match=r"leaf|leaves"):
            wrong()


def test_peaks_are_few_and_carry_the_whole_past():
    grown = Peaks().extend(hashes(1000))
    assert (grown.size, len(grown.peaks)) == (1000, (1000).bit_count())
    assert Peaks(grown.size, grown.peaks).append(leaf_hash(b"next")).root == plain_root(
        [*hashes(1000), leaf_hash(b"next")]
    )


# --- checkpoints ------------------------------------------------------------------------------------------------------

KEY = bytes(range(32))
SIGNED = Checkpoint(
    "countermark.example/log", 5, plain_root(hashes(5)), datetime(2026, 2, 26, 1, 12, tzinfo=UTC), b"s" * 64
)


def test_what_is_signed_is_origin_size_root_and_instant_a_line_each():
    root = base64.b64encode(SIGNED.root).decode()
    assert SIGNED.body.decode() == f"countermark.example/log\n5\n{root}\n2026-02-26T01:12:00+00:00\n"


def test_a_note_reads_back_as_the_checkpoint_it_was_made_of():
    note = SIGNED.note(KEY)
    assert note.startswith(SIGNED.body.decode() + "\n— countermark.example/log ")
    assert merkle.read_note(note, KEY) == SIGNED


def test_a_checkpoint_without_signature_is_not_handed_out():
    with pytest.raises(ValueError, match="sign the body"):
        Checkpoint("o", 0, merkle.EMPTY, SIGNED.at).note(KEY)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("\n5\n", "\nfive\n"), ("\n5\n", "\n05\n"), ("\n5\n", "\n5\n5\n"), ("+00:00", "Z"), ("01:12", "25:12"),
        ("— countermark.example/log ", "— other.example/log "), ("— countermark.example/log ", "— countermark.example/log *"),
        ("countermark.example/log\n5", "\n5"),
    ],
)  # fmt: skip
def test_a_note_that_is_not_written_in_its_one_form_is_refused(was, becomes):
    note = SIGNED.note(KEY)
    assert was in note
    with pytest.raises(merkle.NotACheckpoint):
        merkle.read_note(note.replace(was, becomes, 1), KEY)


def test_a_note_signed_by_another_key_is_refused():
    with pytest.raises(merkle.NotACheckpoint, match="no signature of this key"):
        merkle.read_note(SIGNED.note(KEY), bytes(32))

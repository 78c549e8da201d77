"""The log proves itself: a byte changed behind its back is named, what is erased still verifies, a party can take proof home."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, connection, transaction

from countermark.apps.complaints import log, replies
from countermark.apps.complaints.append_only import OF_CASES, install, remove
from countermark.apps.complaints.models import ComplaintEvent, LogCheckpoint, LogLeaf
from countermark.apps.complaints.services import Reasons
from countermark.apps.work.models import SubjectKey
from countermark.apps.work.sealing import Erased, LegalHold, erase, seal, unseal
from countermark.core import chain, merkle
from people import WEDNESDAY, a_complaint, a_notice, a_world, happens

pytestmark = pytest.mark.django_db


def a_log() -> list[ComplaintEvent]:
    world = a_world()
    for case in a_notice(world, lines=2).complaints.all():
        happens(case, "accepted", "reviewer", WEDNESDAY + timedelta(hours=1))
        happens(case, "served", "", WEDNESDAY + timedelta(hours=2))
    log.sequence()
    log.checkpoint(at=WEDNESDAY + timedelta(hours=3))
    return list(ComplaintEvent.objects.order_by("pk"))


def behind_its_back(statement: str, params: list[object]) -> None:
    """Change a row as somebody with the database in hand would: triggers off, change, triggers on."""
    with connection.cursor() as cursor:
        for sql in remove(connection.vendor):
            cursor.execute(sql)
        cursor.execute(statement, params)
        for sql in install(connection.vendor):
            cursor.execute(sql, None)


def test_an_untouched_log_has_no_fault():
    a_log()
    assert list(log.verify()) == []


@pytest.mark.parametrize(
    "column, value",
    [("payload", None), ("hash", b"\x01" * 32), ("state", "upheld"), ("event", "refused"), ("at", "moved")],
)
def test_one_byte_changed_behind_its_back_is_named_with_its_row(column, value):
    event = a_log()[1]
    if column == "payload":
        value = event.payload.replace("checking", "cheching").replace("accepted", "acceptee")
    if column == "at":
        value = (event.at + timedelta(seconds=1)).astimezone().isoformat()
        value = value if connection.vendor == "postgresql" else "2026-02-25 07:02:01"
    behind_its_back(f"UPDATE complaints_complaintevent SET {column} = %s WHERE id = %s", [value, event.pk])
    faults = [str(fault) for fault in log.verify()]
    assert any(f"(row {event.pk})" in fault for fault in faults), faults


def test_cutting_off_the_last_event_is_noticed():
    event = a_log()[-1]
    behind_its_back("DELETE FROM complaints_logleaf WHERE event_id = %s", [event.pk])
    behind_its_back("DELETE FROM complaints_complaintevent WHERE id = %s", [event.pk])
    faults = " ".join(str(fault) for fault in log.verify())
    assert event.complaint.number in faults
    assert "events were removed" in faults


@pytest.mark.parametrize("table", OF_CASES)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_after_all_migrations_the_log_can_only_grow(table, verb):
    world = a_world(timing="at_acceptance")
    happens(a_complaint(world), "accepted", "reviewer", WEDNESDAY, reasons=_reasons())
    log.sequence()
    log.checkpoint(at=WEDNESDAY)
    column = "position" if table.endswith("leaf") else "id"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table, column, column))


def _reasons() -> Reasons:
    return Reasons(("TM-4",))


def test_erasure_destroys_the_text_and_the_chain_still_verifies():
    world = a_world()
    notice = a_notice(world)
    assert "wordmark" in unseal(notice.statement)
    assert erase(subject=f"holder:{world.halden.pk}", rule="retention: three years", at=WEDNESDAY) == 1
    notice.refresh_from_db()
    assert unseal(type(notice).objects.get(pk=notice.pk).statement) == Erased(WEDNESDAY, "retention: three years")
    assert list(log.verify()) == []


def test_legal_hold_wins_over_erasure():
    seal(subject="seller:hold", text="kept")
    SubjectKey.objects.filter(subject="seller:hold").update(held=True)
    with pytest.raises(LegalHold):
        erase(subject="seller:hold", rule="retention", at=WEDNESDAY)


def test_no_name_address_or_free_text_ever_enters_the_log():
    world = a_world()
    a_notice(world, statement="My telephone is 555 0100 and Mei is a thief, says Halden.")
    text = " ".join(ComplaintEvent.objects.values_list("payload", flat=True))
    for word in ("555 0100", "Mei", "thief", "Halden", "example"):
        assert word not in text


def test_a_party_takes_home_proof_that_needs_nothing_of_ours():
    events = a_log()
    proof = json.loads(json.dumps(log.proof_of_case(events[0].complaint)))
    last = bytes.fromhex(proof["genesis"])
    point = merkle.read_note(proof["checkpoint"], bytes.fromhex(proof["public_key"]))
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(proof["public_key"])).verify(point.signature, point.body)
    for event in proof["events"]:
        last = chain.event_hash(last, event["payload"].encode())
        assert last.hex() == event["hash"]
        path = [bytes.fromhex(step) for step in event["proof"]]
        assert merkle.verify_inclusion(merkle.leaf_hash(last), event["position"], point.size, path, point.root)
    assert base64.b64encode(point.root).decode() in proof["checkpoint"]


def test_events_whose_ids_commit_out_of_order_all_get_a_place():
    a_log()
    before = LogLeaf.objects.count()
    world = a_world()
    a_notice(world)
    assert log.sequence() == 1
    assert LogLeaf.objects.count() == before + 1
    assert log.sequence() == 0
    assert LogCheckpoint.objects.count() == 1


def test_words_of_an_answer_are_sealed_beside_the_event():
    world = a_world()
    case = a_complaint(world)
    moved = replies.answer(
        holder_id=world.halden.pk, seen={case.pk: case.seq}, event="withdrawn", words="We were wrong.", at=WEDNESDAY
    )
    assert moved[0].state == "withdrawn"
    word = case.words.get()
    assert unseal(word.text) == "We were wrong."
    assert word.text.digest in case.events.get(seq=1).payload

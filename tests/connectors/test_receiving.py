"""The lines a receiver pastes from the documents: they take what we send, and nothing that was changed, kept back or forged."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from countermark.connectors.webhook import new_secret, signed_headers
from house.source_tree import ROOT

PAGE = (ROOT / "docs" / "how-to" / "receive-webhooks.md").read_text("utf-8")
BODY = json.dumps({"type": "ping", "timestamp": "2026-03-02T03:20:00Z", "data": {}}).encode()
KEY = new_secret()


@pytest.fixture(scope="module")
def received():
    """The function as the page shows it."""
    (lines,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    pasted: dict = {}
    exec(compile(lines, "receive-webhooks.md", "exec"), pasted)
    return pasted["received"]


def sent(at=None, keys=(KEY,), webhook_id="evt_1", body=BODY):
    return signed_headers(webhook_id, at or datetime.now(UTC), body, list(keys))


def test_it_is_ten_lines():
    (lines,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len([line for line in lines.splitlines() if line.strip()]) <= 10


def test_what_we_send_is_taken_with_its_id(received):
    assert received(sent(), BODY, KEY) == ("evt_1", json.loads(BODY))


def test_while_the_secret_changes_either_is_taken(received):
    old = new_secret()
    for key in (KEY, old):
        assert received(sent(keys=(KEY, old)), BODY, key)[0] == "evt_1"


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "webhook-signature", "body", "secret"])
def test_whatever_is_tampered_with_is_refused(received, changed):
    headers, body, key = sent(), BODY, KEY
    if changed == "body":
        body = BODY.replace(b"ping", b"pong")
    elif changed == "secret":
        key = new_secret()
    elif changed == "webhook-timestamp":
        headers[changed] = str(int(headers[changed]) + 1)
    elif changed == "webhook-signature":
        headers[changed] = "v1,ä" + headers[changed][4:]
    else:
        headers[changed] = "evt_2"
    with pytest.raises(PermissionError):
        received(headers, body, key)


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_a_message_that_was_kept_back_and_replayed_is_refused(received, off):
    with pytest.raises(PermissionError):
        received(sent(at=datetime.now(UTC) + off), BODY, KEY)


def test_a_message_replayed_at_once_has_the_id_the_receiver_remembers(received):
    headers = sent()
    assert received(headers, BODY, KEY)[0] == received(headers, BODY, KEY)[0]


def test_a_message_without_signature_is_refused(received):
    headers = sent()
    del headers["webhook-signature"]
    with pytest.raises(KeyError):
        received(headers, BODY, KEY)
    with pytest.raises(PermissionError):
        received({**headers, "webhook-signature": ""}, BODY, KEY)

"""What happens when a program sends the same POST again? It gets the same answer; nothing happens twice.

An idempotency key belongs to one program and one request: sent with another one it is refused. A request that still runs
is refused too, so that two copies never run side by side; one that never ended (its process died) is taken over.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import IntegrityError, transaction

from countermark.apps.access.models import Replay
from countermark.apps.work.sealing import NONCE

KEPT = timedelta(hours=24)  # the time others keep theirs: Stripe's and Adyen's published 24 hours and more
DIES_AFTER = timedelta(minutes=2)  # no request is served for longer: gunicorn ends a process after `--timeout`


class KeyReused(Exception):
    """This idempotency key came with another request before. Nothing was done."""

    code = "idempotency_key_reused"
    http_status_hint = 422


class StillRunning(Exception):
    """The first request with this idempotency key still runs. Nothing was done a second time."""

    code = "request_still_running"
    http_status_hint = 409


def begin(*, client_id: int, key: str, target: str, body_digest: str, now: datetime) -> Replay:
    """The row of this request: new, or with the answer of the first one. Raises KeyReused, StillRunning."""
    try:
        with transaction.atomic():
            return Replay.objects.create(client_id=client_id, key=key, target=target, body_digest=body_digest, at=now)
    except IntegrityError:
        pass
    with transaction.atomic():
        row = Replay.objects.select_for_update().filter(client_id=client_id, key=key).first()
        if row is None:
            raise StillRunning(key)  # it was withdrawn this very moment; the program asks again
        return _known(row, target, body_digest, now)


def _known(row: Replay, target: str, body_digest: str, now: datetime) -> Replay:
    age = now - row.at
    if age >= KEPT:
        row.target, row.body_digest, row.at, row.status = target, body_digest, now, None
        row.save()
    elif (row.target, row.body_digest) != (target, body_digest):
        raise KeyReused(row.key)
    elif row.status is None:
        if age < DIES_AFTER:
            raise StillRunning(row.key)
        row.at = now
        row.save(update_fields=["at"])
    return row


def finish(row: Replay, *, status: int, headers: Mapping[str, str], answer: bytes) -> None:
    """Keep the answer, sealed: it may hold what a person wrote, or a secret that is shown once."""
    nonce = os.urandom(NONCE)
    sealed = nonce + AESGCM(settings.SEALING_KEY).encrypt(nonce, answer, str(row.pk).encode())
    Replay.objects.filter(pk=row.pk).update(status=status, headers=dict(headers), answer=sealed)


def answer_of(row: Replay) -> bytes:
    """The answer as it was kept."""
    sealed = bytes(row.answer)
    return AESGCM(settings.SEALING_KEY).decrypt(sealed[:NONCE], sealed[NONCE:], str(row.pk).encode())


def withdraw(row: Replay) -> None:
    """Forget the request: nothing was done, the next one with this key begins anew."""
    Replay.objects.filter(pk=row.pk, status=None).delete()


def forget_old(*, now: datetime) -> int:
    """Delete what is older than `KEPT`; returns how many rows that were."""
    return Replay.objects.filter(at__lt=now - KEPT).delete()[0]

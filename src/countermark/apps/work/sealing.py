"""Sealed text: what a party wrote, readable while its subject's key lives, provable for ever.

Each subject (`holder:12`, `seller:7`) has a key of its own, wrapped by the master key from the environment. The log keeps
SHA-256 of salt and text only. Erasure destroys the subject's key: the text is gone, the digest still stands in the chain.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from datetime import datetime
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from countermark.apps.work.models import SealedText, SubjectKey

NONCE = 12  # bytes, NIST SP 800-38D
LOCKED = "locked:"  # begins a text that `lock` made


class Erased(NamedTuple):
    """What stands where an erased text stood."""

    at: datetime
    rule: str


class LegalHold(Exception):
    """The subject is under legal hold, which wins over every retention rule. Nothing was erased."""

    code = "legal_hold"
    http_status_hint = 409


def seal(*, subject: str, text: str) -> SealedText:
    """Keep `text` under the key of `subject`, made on first use."""
    return seal_many([(subject, text)])[0]


def seal_many(pairs: list[tuple[str, str]]) -> list[SealedText]:
    """Like `seal` for many, in one write."""
    keys = {subject: _key_of(subject) for subject, _ in pairs}
    return SealedText.objects.bulk_create([_sealed(keys[subject], text) for subject, text in pairs])


def unseal(sealed: SealedText | None) -> str | Erased:
    """The text, or Erased with date and rule; "" for None."""
    if sealed is None:
        return ""
    key = sealed.key
    if key.wrapped is None:
        assert key.destroyed_at is not None
        return Erased(key.destroyed_at, key.rule)
    data = bytes(sealed.sealed)
    return AESGCM(_unwrap(key)).decrypt(data[:NONCE], data[NONCE:], bytes(sealed.salt)).decode()


def still_matches(sealed: SealedText) -> bool:
    """Whether the text is the one the digest was made of; an erased one always is."""
    try:
        text = unseal(sealed)
    except InvalidTag:
        return False
    return isinstance(text, Erased) or text_digest(bytes(sealed.salt), text) == sealed.digest


def opens(key: SubjectKey) -> bool:
    """Whether the master key of this installation opens this key. Raises InvalidTag for another master key."""
    return key.wrapped is None or len(_unwrap(key)) == 32


def text_digest(salt: bytes, text: str) -> str:
    return hashlib.sha256(salt + text.encode()).hexdigest()


@transaction.atomic
def erase(*, subject: str, rule: str, at: datetime) -> int:
    """Destroy the keys of `subject`; returns how many texts became unreadable. Raises LegalHold."""
    keys = list(_keys_of(subject).select_for_update())
    if any(key.held for key in keys):
        raise LegalHold(f"{subject} is under legal hold; lift the hold first, nothing was erased")
    lost = [key for key in keys if key.wrapped is not None]
    for key in lost:
        key.wrapped, key.destroyed_at, key.rule = None, at, rule
        key.save()
    return SealedText.objects.filter(key__in=lost).count()


def hold_for_law(*, subject: str, on: bool) -> int:
    """Put a legal hold on a subject, or lift it; returns how many keys that concerns."""
    return _keys_of(subject).update(held=on)


def _keys_of(subject: str) -> QuerySet[SubjectKey]:
    """The key of a subject, and those it was given after an erasure: `holder:12`, `holder:12~2`."""
    return SubjectKey.objects.filter(Q(subject=subject) | Q(subject__startswith=f"{subject}~"))


def _sealed(key: SubjectKey, text: str) -> SealedText:
    salt, nonce = os.urandom(16), os.urandom(NONCE)
    data = nonce + AESGCM(_unwrap(key)).encrypt(nonce, text.encode(), salt)
    return SealedText(key=key, salt=salt, sealed=data, digest=text_digest(salt, text))


def _key_of(subject: str) -> SubjectKey:
    """The key to seal with, made on first use. Whoever was erased and writes again gets a new one."""
    key = SubjectKey.objects.filter(subject=subject).first()
    if key is not None and key.wrapped is None:
        newest = _keys_of(subject).order_by("-pk")[0]
        key = _made(f"{subject}~{_keys_of(subject).count() + 1}") if newest.wrapped is None else newest
    return key or _made(subject)


def _made(subject: str) -> SubjectKey:
    nonce = os.urandom(NONCE)
    wrapped = nonce + AESGCM(settings.SEALING_KEY).encrypt(nonce, os.urandom(32), subject.encode())
    return SubjectKey.objects.get_or_create(subject=subject, defaults={"wrapped": wrapped})[0]


def _unwrap(key: SubjectKey) -> bytes:
    data = bytes(key.wrapped or b"")
    return AESGCM(settings.SEALING_KEY).decrypt(data[:NONCE], data[NONCE:], key.subject.encode())


# --- files and numbers ------------------------------------------------------------------------------------------------


def seal_bytes(*, subject: str, content: bytes) -> tuple[SubjectKey, bytes]:
    """`content` under the key of `subject`, made on first use: the key's row, and nonce and ciphertext (AES-GCM)."""
    key, nonce = _key_of(subject), os.urandom(NONCE)
    return key, nonce + AESGCM(_unwrap(key)).encrypt(nonce, content, None)


def open_bytes(key: SubjectKey, data: bytes) -> bytes | Erased:
    """What `seal_bytes` sealed, or Erased with date and rule. Raises InvalidTag when it was changed."""
    if key.wrapped is None:
        assert key.destroyed_at is not None
        return Erased(key.destroyed_at, key.rule)
    return AESGCM(_unwrap(key)).decrypt(data[:NONCE], data[NONCE:], None)


def keyed_digest(purpose: str, text: str) -> str:
    """Hex HMAC-SHA256 under the master key: equal texts are found by it, and nobody without the key can try texts out."""
    return hmac.new(settings.SEALING_KEY, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


# --- secrets of the installation itself ---------------------------------------------------------------------------------


def lock(purpose: str, text: str) -> str:
    """`text` under the master key, for a column that holds text; opened by `unlock` for the same purpose alone."""
    nonce = os.urandom(NONCE)
    sealed = nonce + AESGCM(settings.SEALING_KEY).encrypt(nonce, text.encode(), purpose.encode())
    return LOCKED + base64.b64encode(sealed).decode()


def unlock(purpose: str, text: str) -> str:
    """What was locked; a text that never was, as it is. Raises InvalidTag when it was changed, or locked for something else."""
    if not text.startswith(LOCKED):
        return text
    data = base64.b64decode(text.removeprefix(LOCKED))
    return AESGCM(settings.SEALING_KEY).decrypt(data[:NONCE], data[NONCE:], purpose.encode()).decode()

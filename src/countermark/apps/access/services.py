"""The only writers of keys and tokens, and the one question asked at every door: for whom does this program come?

Rule 1: a key never can more than its person can at this moment: a role that was taken away, a membership that ended, an
account that was closed take effect with the next request. Rule 2: a secret is shown once and kept as a digest only.
Rule 3: all times here are real, never the demo's: a key is a thing of security, not of law.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from countermark.apps.access.counted import MINUTE, Spent
from countermark.apps.access.models import AccessToken, AddressCount, ApiClient
from countermark.apps.access.scopes import (
    AGENT,
    AUDITOR,
    COMPLAINANTS,
    DESK,
    OPERATOR,
    SELLER,
    known,
    of_member,
    with_held,
)
from countermark.apps.parties.models import Holder, Marketplace, Membership, Person, Seller, ShopMember
from countermark.apps.work.bulk import instant_writer
from countermark.apps.work.prepared import Prepared

KEY, TOKEN = "cmk_", "cmt_"
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # of prefixes: nothing that is mistaken for something else


class KeyDefective(Exception):
    """No key was made; `field` says what is wrong: `name`, `role` (or whom it acts for), `scopes`, `expires_at`."""

    code = "key_defective"
    http_status_hint = 422

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


class NotLetIn(Exception):
    """The key or token opens nothing: unknown, ended, taken back, or its person's account is closed."""

    code = "not_authenticated"
    http_status_hint = 401


class RoleLost(Exception):
    """The key is right, but its person no longer has the role the key acts in."""

    code = "role_lost"
    http_status_hint = 403


@dataclass(frozen=True)
class Caller:
    """For whom a request comes, in which role, and what it may do. `reader` is how selectors call this role."""

    client: ApiClient
    person: Person
    role: str
    scopes: frozenset[str]
    holder_ids: tuple[int, ...] = ()
    seller_ids: tuple[int, ...] = ()
    marketplace: Marketplace | None = None  # an operator's key can be narrowed to one

    @property
    def reader(self) -> str:
        if self.role in COMPLAINANTS:
            return "complainant"
        return {AUDITOR: OPERATOR, **dict.fromkeys(DESK, "reviewer")}.get(self.role, self.role)


# --- keys -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_client(
    *,
    person: Person,
    role: str,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    holder: Holder | None = None,
    seller: Seller | None = None,
    marketplace: Marketplace | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiClient, str]:
    """A new key with its secret, which is not kept. An auditor's ends with the audit at the latest. Raises KeyDefective."""
    name, given = name.strip(), tuple(scopes)
    if not name or len(name) > 100 or not name.isprintable():
        raise KeyDefective("name")
    if expires_at is not None and expires_at <= now:
        raise KeyDefective("expires_at")
    if not given or len(known(given, role)) != len(set(given)):
        raise KeyDefective("scopes")
    prefix = "".join(secrets.choice(ALPHABET) for _ in range(8))
    key = f"{KEY}{prefix}_{secrets.token_urlsafe(32)}"
    client = ApiClient(
        person=person, role=role, name=name, scopes=list(known(given, role)), prefix=prefix, digest=digest_of(key),
        created_at=now, expires_at=expires_at, holder=holder, seller=seller, marketplace=marketplace,
    )  # fmt: skip
    if not _has_role(client, now) or (marketplace is not None and role != OPERATOR) or not _hands_out_keys(client):
        raise KeyDefective("role")
    if role == AUDITOR and person.auditor_until is not None:
        client.expires_at = min(person.auditor_until, expires_at or person.auditor_until)
    client.save(force_insert=True)
    return client, key


def revoke_client(*, client_id: int, person: Person, now: datetime) -> bool:
    """Take a key of this person back, and every token made from it; whether there was one to take back."""
    with transaction.atomic():
        found = ApiClient.objects.filter(pk=client_id, person=person, revoked_at=None).update(revoked_at=now)
        AccessToken.objects.filter(client_id=client_id, client__person=person).delete()
    return bool(found)


def clients_of(person: Person) -> QuerySet[ApiClient]:
    """The keys of a person, the newest first."""
    rows = ApiClient.objects.filter(person=person).select_related("holder", "seller__marketplace", "marketplace")
    return rows.order_by("-created_at", "-pk")


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# --- at the door ----------------------------------------------------------------------------------------------------------


def caller_of(credential: str, *, now: datetime) -> Caller:
    """For whom a key or token comes. Raises NotLetIn, RoleLost. One query for a key, one for a token."""
    if credential.startswith(TOKEN):
        return _by_token(credential, now)
    return _caller(_by_key(credential, now), None)


def _by_key(key: str, now: datetime) -> ApiClient:
    prefix = key.removeprefix(KEY)[:8]
    found = _by_prefix(prefix=prefix) if key.startswith(KEY) and "\0" not in prefix else []
    if not found or not secrets.compare_digest(found[0].digest, digest_of(key)):
        raise NotLetIn("there is no such key")
    return _in_force(found[0], now)


def _by_token(token: str, now: datetime) -> Caller:
    rows = AccessToken.objects.filter(digest=digest_of(token), expires_at__gt=now)
    scopes = dict(rows.values_list("client_id", "scopes"))
    found = _by_id(pk=next(iter(scopes))) if scopes else []
    if not found:
        raise NotLetIn("there is no such token, or its hour is over")
    return _caller(_in_force(found[0], now), scopes[found[0].pk])


def _with_standing() -> QuerySet[ApiClient]:
    of_holder = Membership.objects.filter(person=OuterRef("person"), holder=OuterRef("holder"))
    of_shop = ShopMember.objects.filter(person=OuterRef("person"), seller=OuterRef("seller"))
    rows = ApiClient.objects.select_related("person", "holder", "seller__marketplace", "marketplace")
    role = Subquery(of_holder.values("role")[:1])
    return rows.annotate(is_member=Exists(of_holder) | Exists(of_shop), member_role=role)


_by_prefix = Prepared(lambda prefix: _with_standing().filter(prefix=prefix), alike=True)
_by_id = Prepared(lambda pk: _with_standing().filter(pk=pk), alike=True)


def _in_force(client: ApiClient, now: datetime) -> ApiClient:
    ended = client.revoked_at is not None or (client.expires_at is not None and client.expires_at <= now)
    if ended or not client.person.is_active:
        raise NotLetIn("the key has ended")
    if not _has_role(client, now):
        raise RoleLost(client.role)
    return client


def _has_role(client: ApiClient, now: datetime) -> bool:
    """Whether the person has, at this moment, the role the key acts in."""
    person, role = client.person, client.role
    if role in COMPLAINANTS:
        return client.holder is not None and client.holder.is_agent == (role == AGENT) and _is_member(client)
    if role == SELLER:
        return client.seller is not None and _is_member(client)
    if role == AUDITOR:
        return person.is_auditor(now)
    return role in (*DESK, OPERATOR) and bool(getattr(person, f"is_{role}"))


def _hands_out_keys(client: ApiClient) -> bool:
    """Whether its person may give programs keys: of a holder's account only its admins do."""
    admins = Membership.objects.filter(holder_id=client.holder_id, person_id=client.person_id, role="admin")
    return client.holder_id is None or admins.exists()


def _is_member(client: ApiClient) -> bool:
    known_already = getattr(client, "is_member", None)
    if known_already is not None:
        return bool(known_already)
    rows = Membership.objects if client.holder_id else ShopMember.objects
    whom = {"holder_id": client.holder_id} if client.holder_id else {"seller_id": client.seller_id}
    return rows.filter(person_id=client.person_id, **whom).exists()


def _caller(client: ApiClient, narrowed: list[str] | None) -> Caller:
    scopes = with_held(client.scopes if narrowed is None else narrowed)
    if client.holder_id:
        scopes = of_member(scopes, getattr(client, "member_role", None) or "")
    return Caller(
        client=client,
        person=client.person,
        role=client.role,
        scopes=scopes & with_held(client.scopes),
        holder_ids=(client.holder_id,) if client.holder_id else (),
        seller_ids=(client.seller_id,) if client.seller_id else (),
        marketplace=client.marketplace,
    )


# --- tokens ---------------------------------------------------------------------------------------------------------------


class TokenRefused(Exception):
    """No token; `error` is the code of RFC 6749, 5.2: invalid_client, invalid_scope."""

    code = "token_refused"
    http_status_hint = 400

    def __init__(self, error: str) -> None:
        self.error = error
        super().__init__(error)


def issue_token(*, client_id: str, secret: str, scope: str, now: datetime) -> tuple[str, AccessToken]:
    """A token of a key (its secret alone or the whole key), narrowed to `scope` when one is asked for. Raises TokenRefused."""
    key = secret if secret.startswith(f"{client_id}_") else f"{client_id}_{secret}"
    try:
        client = _by_key(key, now)
    except (NotLetIn, RoleLost):
        raise TokenRefused("invalid_client") from None
    asked = set(scope.split()) or set(client.scopes)
    if not asked <= with_held(client.scopes):
        raise TokenRefused("invalid_scope")
    token = TOKEN + secrets.token_urlsafe(32)
    ends = now + timedelta(minutes=settings.API_TOKEN_MINUTES)
    AccessToken.objects.filter(client=client, expires_at__lte=now).delete()
    row = AccessToken.objects.create(
        client=client,
        digest=digest_of(token),
        scopes=list(known(asked, client.role)),
        created_at=now,
        expires_at=min(ends, client.expires_at or ends),
    )
    return token, row


# --- how often ------------------------------------------------------------------------------------------------------------

COUNT_ADDRESS = """INSERT INTO access_addresscount (digest, at, used) VALUES (%s, %s, 1) ON CONFLICT (digest) DO UPDATE
SET used = CASE WHEN access_addresscount.at = excluded.at THEN access_addresscount.used + 1 ELSE 1 END, at = excluded.at
RETURNING used"""
KEPT = timedelta(hours=1)  # how long a count stays after its minute


def spend_from(what: str, address: str, *, limit: int, now: datetime) -> Spent:
    """Count one request for `what` from this computer, over all processes; kept is a digest of the two, never the address."""
    minute = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ADDRESS, [digest_of(f"{what}:{address}"), instant_writer()(minute)])
        used = cursor.fetchone()[0]
    if used == 1:
        AddressCount.objects.filter(at__lt=now - KEPT).delete()
    return Spent(limit, max(0, limit - used), MINUTE - now.second, used > limit)

"""Who is somebody at their organisation's own sign-in? OpenID Connect, the code flow with PKCE, spoken with one provider.

Rule 1: the provider is the one whose address is set; its description has to name itself the same, and an answer that names
another issuer is refused (RFC 9207: mix-up). Rule 2: an ID token counts only with a signature by a published key of an allowed
kind, this client as its audience, the nonce of this very attempt, and time that has not run out. Rule 3: the browser's state, the
nonce and the verifier are made anew for each attempt and kept by whoever asked; nothing is kept here. Rule 4: no redirect is
followed, answers are bounded in size and time, plain http only on this machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import jwt

from countermark.connectors.bounded import TooLarge, TooSlow, read_body

SECONDS = 10.0
MAX_BYTES = 500_000
LEEWAY = 60  # seconds two clocks may differ by
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)  # never none, never HS*
REQUIRED = ("iss", "sub", "aud", "exp", "iat", "nonce")
LOCAL = ("localhost", "127.0.0.1", "::1")
SCOPE = "openid email profile"


class OidcFailed(Exception):
    """Nobody was signed in. Codes: unreachable, not_understood (the provider), state, denied, issuer, code, token, subject,
    secret (the client's own is not set)."""

    http_status_hint = 502

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(
            f"The organisation's sign-in did not say who this is ({code}{': ' if detail else ''}{detail})."
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt to sign in is recognised by; kept in the browser's session until it comes back."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Claims:
    """Who somebody is there. `email` counts for nothing unless `email_verified`."""

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    groups: frozenset[str] = frozenset()
    told: Mapping[str, Any] = field(default_factory=dict)  # the other claims that were asked for, as they came


class OpenIdProvider:
    """One provider, one client of it. `groups_claim` is where it says what somebody belongs to.

    `claims` are others to be told, in place of address and groups; `scope` is what the provider is asked for."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        secret: str,
        *,
        groups_claim: str = "groups",
        claims: Collection[str] = (),
        scope: str = SCOPE,
    ) -> None:
        self.issuer, self._client_id, self._secret = issuer, client_id, secret
        self._groups_claim, self._claims, self._scope = groups_claim, tuple(claims), scope

    def begin(self, attempt: Attempt, *, back: str) -> str:
        """The address to send the browser to; it comes back to `back`. Raises OidcFailed."""
        told = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": back,
            "scope": self._scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        address = self._described()["authorization_endpoint"]
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(told)}"

    def finish(self, attempt: Attempt, answer: Mapping[str, str], *, back: str) -> Claims:
        """Who came back with `answer` (the query of the address). Raises OidcFailed."""
        if not secrets.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise OidcFailed("state")
        described = self._described()
        self._same_issuer(answer, described)
        if "error" in answer:
            raise OidcFailed("denied", answer["error"][:100])
        if not answer.get("code"):
            raise OidcFailed("code", "none came")
        tokens = self._exchanged(described, answer["code"], attempt, back)
        claims = self._checked(described, str(tokens.get("id_token", "")), attempt)
        wanted = set(self._claims) or {"email", self._groups_claim}
        if not wanted <= set(claims) and described.get("userinfo_endpoint"):
            claims = {**self._more(described, str(tokens.get("access_token", "")), claims["sub"]), **claims}
        return self._said(claims)

    # --- the provider -----------------------------------------------------------------------------------------------

    def _described(self) -> dict[str, Any]:
        described = self._json("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if described.get("issuer") != self.issuer:
            raise OidcFailed("issuer", "its description names another one")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(described.get(name), str):
                raise OidcFailed("not_understood", name)
        return described

    def _same_issuer(self, answer: Mapping[str, str], described: Mapping[str, Any]) -> None:
        demanded = bool(described.get("authorization_response_iss_parameter_supported"))
        if ("iss" in answer or demanded) and answer.get("iss") != self.issuer:
            raise OidcFailed("issuer", "the answer came from another one")

    def _exchanged(self, described: Mapping[str, Any], code: str, attempt: Attempt, back: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": attempt.verifier
        }  # fmt: skip
        known = described.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in known:
            pair = f"{quote(self._client_id, safe='')}:{quote(self._secret, safe='')}"  # RFC 6749, 2.3.1
            headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        else:
            headers = {}
            form |= {"client_id": self._client_id, "client_secret": self._secret}
        return self._json("POST", described["token_endpoint"], headers=headers, data=form, refused="code")

    def _checked(self, described: Mapping[str, Any], token: str, attempt: Attempt) -> dict[str, Any]:
        try:
            head = jwt.get_unverified_header(token)
            if head.get("alg") not in ALGORITHMS:
                raise OidcFailed("token", "its signature is of a kind that is not allowed")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(described, head),
                algorithms=[head["alg"]],
                audience=self._client_id,
                issuer=self.issuer,
                leeway=LEEWAY,
                options={"require": list(REQUIRED)},
            )
        except jwt.PyJWTError as fault:
            raise OidcFailed("token", type(fault).__name__) from fault
        if not secrets.compare_digest(str(claims["nonce"]).encode(), attempt.nonce.encode()):
            raise OidcFailed("token", "the nonce is of another attempt")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self._client_id:
            raise OidcFailed("token", "it was issued to another client")
        return claims

    def _key(self, described: Mapping[str, Any], head: Mapping[str, Any]) -> Any:
        keys = jwt.PyJWKSet.from_dict(self._json("GET", described["jwks_uri"])).keys
        fitting = [key for key in keys if "kid" not in head or key.key_id == head["kid"]]
        if len(fitting) != 1:
            raise OidcFailed("token", "no published key signed it")
        return fitting[0].key

    def _more(self, described: Mapping[str, Any], access_token: str, subject: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access_token}"}
        found = self._json("GET", described["userinfo_endpoint"], headers=headers)
        if found.get("sub") != subject:
            raise OidcFailed("subject", "two answers speak of two people")
        return found

    def _said(self, claims: Mapping[str, Any]) -> Claims:
        groups = claims.get(self._groups_claim) or []
        named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        return Claims(
            self.issuer,
            str(claims["sub"])[:255],
            str(claims.get("email") or "")[:254],
            claims.get("email_verified") is True,
            str(claims.get("name") or "")[:200],
            frozenset(str(one) for one in named),
            {name: claims[name] for name in self._claims if name in claims},
        )

    # --- the wire ---------------------------------------------------------------------------------------------------

    def _may_ask(self, url: str) -> bool:
        """Over https; in the clear only this machine, and there only where the issuer itself is: nobody is led elsewhere."""
        try:
            parts, own = urlsplit(url), urlsplit(self.issuer)
        except ValueError:
            return False
        return parts.scheme == "https" or (
            (parts.scheme, parts.netloc) == ("http", own.netloc) and parts.hostname in LOCAL
        )

    def _json(self, method: str, url: str, *, refused: str = "not_understood", **more: Any) -> dict[str, Any]:
        if not self._may_ask(url):
            raise OidcFailed("not_understood", "plain http")
        until = time.monotonic() + SECONDS
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", **more.pop("headers", {})}
        try:
            client = httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False)
            with client, client.stream(method, url, headers=headers, **more) as response:
                content = read_body(response, max_bytes=MAX_BYTES, until=until)
        except (httpx.HTTPError, httpx.InvalidURL, TooLarge, TooSlow) as fault:
            raise OidcFailed("unreachable", type(fault).__name__) from fault
        if response.status_code != 200:
            raise OidcFailed(refused, f"status {response.status_code}")
        try:
            found = json.loads(content)
        except ValueError as fault:
            raise OidcFailed("not_understood", "no JSON") from fault
        if not isinstance(found, dict):
            raise OidcFailed("not_understood", "no object")
        return found

"""How does a program get a short-lived token for its key? OAuth 2 client credentials: RFC 6749, 4.4, with its own errors."""

import base64
import binascii
from typing import Literal
from urllib.parse import unquote_plus

from django.http import HttpRequest, JsonResponse
from ninja import Form
from pydantic import BaseModel, Field

from countermark.apps.access.services import TokenRefused, issue_token
from countermark.apps.work import true_time
from countermark.entrypoints.api.door import ANYONE, api_door
from countermark.entrypoints.api.routing import ApiRouter
from countermark.entrypoints.api.schemas import Shown

router = ApiRouter(tags=["access"])


class TokenAsked(BaseModel):
    """What a program sends; unknown parameters are ignored, as RFC 6749, 3.2 demands."""

    grant_type: str = Field("", max_length=100, description="`client_credentials`")
    scope: str = Field("", max_length=2000, description="Scopes with blanks between them; all of the key when empty.")
    client_id: str = Field("", max_length=100)
    client_secret: str = Field("", max_length=200)


class Token(Shown):
    """A token, to be sent as `Authorization: Bearer`."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  - a word of RFC 6749
    expires_in: int
    scope: str


class TokenError(Shown):
    """RFC 6749, 5.2."""

    error: str


@router.post("/oauth/token", response={200: Token, 400: TokenError, 401: TokenError}, operation_id="issue_token")
@api_door(roles=ANYONE, per_address="API_TOKENS_PER_MINUTE")
def token(request: HttpRequest, form: Form[TokenAsked]) -> JsonResponse:
    """Get a token for a key.

    The key goes into the header (client_secret_basic) or the form (client_secret_post), never both. How often one
    computer may ask is counted by the minute, over all processes; wrong secrets count too."""
    try:
        client_id, secret = _client(request, form)
        if form.grant_type != "client_credentials":
            raise TokenRefused("unsupported_grant_type" if form.grant_type else "invalid_request")
        now = true_time.now()
        made, row = issue_token(client_id=client_id, secret=secret, scope=form.scope, now=now)
    except TokenRefused as refused:
        return _refusal(refused.error)
    lasts = int((row.expires_at - now).total_seconds())
    said = Token(access_token=made, expires_in=lasts, scope=" ".join(row.scopes))
    return _uncached(JsonResponse(said.model_dump()))


def _client(request: HttpRequest, form: TokenAsked) -> tuple[str, str]:
    header = request.headers.get("Authorization", "")
    if not header:
        if not form.client_id or not form.client_secret:
            raise TokenRefused("invalid_client")
        return form.client_id, form.client_secret
    scheme, _, value = header.partition(" ")
    if form.client_secret:
        raise TokenRefused("invalid_request")
    if scheme.lower() != "basic":
        raise TokenRefused("invalid_client")
    try:
        name, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise TokenRefused("invalid_client") from None
    if not colon:
        raise TokenRefused("invalid_client")
    return unquote_plus(name), unquote_plus(secret)


def _refusal(error: str) -> JsonResponse:
    answer = _uncached(JsonResponse({"error": error}, status=401 if error == "invalid_client" else 400))
    if error == "invalid_client":
        answer["WWW-Authenticate"] = 'Basic realm="countermark"'
    return answer


def _uncached(answer: JsonResponse) -> JsonResponse:
    answer["Cache-Control"], answer["Pragma"] = "no-store", "no-cache"
    return answer

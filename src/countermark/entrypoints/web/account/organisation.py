"""How does somebody of the desk sign in with the organisation's own sign-in? There and back.

What they may then do: parties/organisation.py. The pages are there only when OIDC_ISSUER is set. The way there is a link, because
a form that leaves our pages is forbidden by our policy.
"""

from __future__ import annotations

import logging
from dataclasses import asdict

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from countermark.apps.parties.organisation import NotOfTheDesk, arrive
from countermark.connectors.oidc import Attempt, OidcFailed, OpenIdProvider
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.roles import ANYONE

log = logging.getLogger("countermark.sign_in")
KEY = "organisation_attempt"
BACKEND = "django.contrib.auth.backends.ModelBackend"
WRONG = {
    "no_role": (
        gettext_lazy("Your organisation gives you no role here"),
        gettext_lazy("Ask whoever keeps its groups, or sign in with a code."),
    ),
    "address_unverified": (
        gettext_lazy("Your organisation has not verified your address"),
        gettext_lazy("Ask whoever keeps its accounts to verify it, then try again."),
    ),
    "shut_out": (
        gettext_lazy("This account is closed"),
        gettext_lazy("An operator can open it again."),
    ),
}
TROUBLE = (
    gettext_lazy("Your organisation's sign-in did not work"),
    gettext_lazy("Try again; if it happens twice, tell an operator, who finds it in the log. A code still works."),
)


def _provider() -> OpenIdProvider:
    if not settings.OIDC_ISSUER:
        raise Http404("nobody signs in with an organisation here")
    provider: OpenIdProvider = import_string(settings.ORGANISATION_FACTORY)()
    return provider


def _back() -> str:
    return f"{settings.BASE_URL}{reverse('account_organisation_back')}"


@require_safe
@door(roles=[ANYONE])
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the organisation."""
    attempt, target = Attempt(), request.GET.get("next", "")
    try:
        address = _provider().begin(attempt, back=_back())
    except OidcFailed as failed:
        raise _refused(failed.code, failed.detail) from failed
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    request.session[KEY] = {**asdict(attempt), "next": target if safe else ""}
    return redirect(address)


@require_safe
@door(roles=[ANYONE])
def back(request: HttpRequest) -> HttpResponse:
    """Take whoever comes back in, or say why not. An attempt counts once."""
    provider, kept = _provider(), request.session.pop(KEY, None)
    try:
        if kept is None:
            raise OidcFailed("state")
        target = kept.pop("next")
        claims = provider.finish(Attempt(**kept), request.GET.dict(), back=_back())
        person = arrive(claims=claims, groups=settings.OIDC_ROLES, now=timezone.now())
    except OidcFailed as failed:
        raise _refused(failed.code, failed.detail) from failed
    except NotOfTheDesk as stranger:
        raise _refused(stranger.code, "") from stranger
    login(request, person, backend=BACKEND)
    log.info("sign_in.organisation person=%s", person.pk)
    return redirect(target or settings.LOGIN_REDIRECT_URL)


def _refused(code: str, detail: str) -> Refused:
    log.warning("sign_in.organisation_refused code=%s detail=%s", code, detail)
    what, way_out = WRONG.get(code, TROUBLE)
    why = gettext("Nobody was signed in.")
    return Refused(str(what), why, str(way_out), url=reverse("account_login"), link=gettext("Back to signing in"))

"""How does somebody become known whose name and address were asked elsewhere? By the door of signing up, and the same code.

It says no more than that door: an address that has an account is told so by mail, never on the page."""

from __future__ import annotations

from typing import Any

from allauth.account.stages import LoginStage
from allauth.account.views import RequestLoginCodeView, SignupView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import ANYONE


class _Refused(Exception):
    """The address or the name cannot be taken."""


class _Told(SignupView):
    """Signs up with what was told instead of what a form of its own asks."""

    email = name = onward = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "data": {"email": self.email, "name": self.name}}

    def get_success_url(self) -> str:
        return reverse(self.onward)

    def form_invalid(self, form: Any) -> HttpResponse:
        raise _Refused(str(form.errors))


def sign_up(request: HttpRequest, *, email: str, name: str, onward: str) -> HttpResponse | None:
    """Make the person and mail the code; from the page of the code it goes on to `onward`. None when nobody can be made of it."""
    try:
        return _Told.as_view(email=email, name=name, onward=onward)(request)
    except _Refused:
        return None


class _SignIn(RequestLoginCodeView):
    """Signing in while a code for signing up is awaited: a letter that says "there is one already" leads here, not back there."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> HttpResponse | None:
        if stage.login.signup:
            stage.abort()
            return None
        return super()._redirect_to_pending_stage(request, stage)


@door(roles=[ANYONE])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address a code is mailed to."""
    return _SignIn.as_view()(request)

"""What do allauth's forms ask here, in which order and in whose words?

Apart from `forms`, because allauth imports that module while it loads its own forms."""

from typing import Any

from allauth.account.forms import RequestLoginCodeForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from countermark.apps.parties.services import ADDRESS_MAX

EITHER = _("Code of the app, or a recovery code")


class CodeForm(RequestLoginCodeForm):
    """Asks for a code: also for an account that an operator made and whose address was never proved.

    The address is proved by the code itself, so one code is enough for a first sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Your e-mail address")
        self.fields["email"].help_text = _("The one our messages go to.")

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if self._user and not EmailAddress.objects.filter(user=self._user).exists():
            EmailAddress.objects.create(user=self._user, email=self._user.email.lower(), primary=True, verified=False)
        return email


class SignupForm(AllauthSignupForm):
    """Asks for name and address, in this order."""

    field_order = ["name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Your e-mail address")
        self.fields["email"].help_text = _("We send a code to it now, and later what concerns your cases.")
        self.fields["email"].validators.append(MaxLengthValidator(ADDRESS_MAX))


class AddPasskeyForm(AddWebAuthnForm):
    """Names a passkey, and says whether it is enough by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["passwordless"].label = _("Sign in with it alone")
        self.fields["passwordless"].help_text = _(
            "No code is mailed then; the device asks for a finger, a face or a PIN."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("credential") and not self.errors:
            _was_just_shown(self.user, "webauthn")
        return cleaned


class EditPasskeyForm(EditWebAuthnForm):
    """Renames a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


class SwitchOnAppForm(ActivateTOTPForm):
    """Takes the first code of an app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of the app")

    def clean_code(self) -> str:
        code: str = super().clean_code()
        _was_just_shown(self.user, "totp")
        return code


class SecondStepForm(AuthenticateForm):
    """Takes a code of the app or a recovery code, after the mailed one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = EITHER


class AgainForm(ReauthenticateForm):
    """Takes one of them again, before the ways to sign in are changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = EITHER


def _was_just_shown(user: Any, kind: str) -> None:
    """Whoever has just shown a new factor is not asked for it again on the next page, where the recovery codes stand."""
    record_authentication(context.request, user, "mfa", type=kind, reauthenticated=True)

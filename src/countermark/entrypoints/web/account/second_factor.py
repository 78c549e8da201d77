"""How are the secrets behind passkeys, apps and recovery codes kept, and what is said when one of them does not fit?

The secret of an app and the seed of recovery codes are sealed under the key of the installation: a copy of the database alone
signs nobody in. What was kept before that is still read."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from countermark.apps.work import sealing

PURPOSE = "second factor"


class SecondFactor(DefaultMFAAdapter):
    """allauth's second factors, with their secrets sealed and in the words of this house."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("It did not fit. Codes change twice a minute, and a recovery code works once: try again."),
        "cannot_generate_recovery_codes": _("Recovery codes stand in for an app or a passkey. Set one up first."),
        "unverified_email": _("First prove your address: sign in once by a code we mail to it."),
    }

    def encrypt(self, text: str) -> str:
        return sealing.lock(PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unlock(PURPOSE, encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(n)s") % {"n": count + 1}

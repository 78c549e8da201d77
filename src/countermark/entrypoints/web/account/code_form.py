"""Who may ask for a code? Whoever has an account, also one that an operator made and that never proved its address yet.

Apart from `forms`, because allauth imports that module while it loads its own forms."""

from allauth.account.forms import RequestLoginCodeForm
from allauth.account.models import EmailAddress


class CodeForm(RequestLoginCodeForm):
    """Asks for a code. The address is proved by the code itself, so one code is enough for a first sign-in."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if self._user and not EmailAddress.objects.filter(user=self._user).exists():
            EmailAddress.objects.create(user=self._user, email=self._user.email.lower(), primary=True, verified=False)
        return email

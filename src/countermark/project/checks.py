"""What must be set before this installation serves anybody? Asked by `countermark web` and `manage check --deploy`."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks

SERVING = "serving"
WHY = {
    "SECRET_KEY": "sessions and signed links end with the process and differ between processes",
    "SEALING_KEY": "sealed texts and files could not be opened again after a restart",
    "LOG_SIGNING_KEY": "checkpoints of the log could not be verified after a restart",
}


def register_all() -> None:
    """Register every check below as a deployment check."""
    checks.register(keys_are_set, SERVING, deploy=True)
    checks.register(debug_is_off, SERVING, deploy=True)
    checks.register(mail_is_sent, SERVING, deploy=True)


def keys_are_set(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse to serve with keys made up at start."""
    return [
        checks.Error(f"{name} is not set: {WHY[name]}.", hint="Make it: `countermark keys`.", id="countermark.E001")
        for name in settings.MISSING_KEYS
    ]


def debug_is_off(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse to show source code and settings to strangers."""
    if not settings.DEBUG or settings.DEMO:
        return []
    return [checks.Error("DEBUG=1 shows source code to every visitor.", hint="Unset DEBUG.", id="countermark.E002")]


def mail_is_sent(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn when nobody is really told: a letter written to a file starts a clock as if it had been delivered."""
    if settings.MAIL_SERVER or settings.DEBUG or settings.DEMO:
        return []
    what = f"EMAIL_URL is not set: letters are written to {settings.MAIL_DIR}, and clocks start as if people had them."
    return [checks.Warning(what, hint="Set EMAIL_URL to a mail server.", id="countermark.W003")]

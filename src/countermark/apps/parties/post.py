"""How does a letter about who acts for whom leave?"""

import logging

from django.conf import settings
from django.utils.module_loading import import_string

from countermark.apps.work.jobs import TryLater
from countermark.connectors.mail import Mail, MailFailed

log = logging.getLogger("countermark.letters")


def sent(mail: Mail) -> bool:
    """Whether the mailer took it; False for an address that takes none. Raises TryLater while the server is away."""
    try:
        import_string(settings.MAILER_FACTORY)().send(mail)
    except MailFailed as failed:
        if not failed.permanent:
            raise TryLater(str(failed)) from failed
        log.warning("letter.failed id=%s code=%s", mail.message_id, failed.code)
        return False
    return True

"""What does a marketplace have us do about each reason? Where nobody has said so: shadow, noted without any effect."""

from __future__ import annotations

import logging
from datetime import datetime

from countermark.apps.parties.models import Marketplace, Person
from countermark.apps.screening.models import MODES, REASONS, Mode
from countermark.apps.work.prepared import Prepared

log = logging.getLogger("countermark.screening")
UNSAID = "shadow"


class ModeUnknown(Exception):
    """There is no such reason, or no such mode. Nothing was changed."""

    code = "screening_mode_unknown"
    http_status_hint = 422


_said = Prepared(lambda place: Mode.objects.filter(marketplace=place).values_list("reason", "mode"))


def modes_of(marketplace_id: int) -> dict[str, str]:
    """The mode of each reason, by reason."""
    said = dict(_said(place=marketplace_id))
    return {reason: said.get(reason, UNSAID) for reason in REASONS}


def is_on(marketplace_id: int) -> bool:
    """Whether anything is looked for at all."""
    return any(mode != "off" for mode in modes_of(marketplace_id).values())


def set_mode(marketplace: Marketplace, reason: str, mode: str, *, by: Person | None, at: datetime) -> Mode:
    """Say what is done from now on; what was done before stays. Raises ModeUnknown."""
    if reason not in REASONS or mode not in MODES:
        raise ModeUnknown(f"{reason!r}, {mode!r}: reasons are {', '.join(REASONS)}, modes {', '.join(MODES)}")
    said = {"mode": mode, "at": at, "by": by}
    row, _ = Mode.objects.update_or_create(marketplace=marketplace, reason=reason, defaults=said)
    log.info("screening.mode place=%s reason=%s mode=%s", marketplace.slug, reason, mode)
    return row

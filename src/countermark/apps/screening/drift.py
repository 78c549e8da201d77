"""Does screening still prove right as often as before? Per combination of signals: the last thirty days against all before.

A share stands with the interval in which it lies (95 %, Wilson 1927): only where the two do not meet is something said to have
moved. A finding counts once, by the weightiest opinion of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext, ngettext

from countermark.apps.screening import rules
from countermark.apps.screening.models import Opinion
from countermark.apps.screening.words import combination_said
from countermark.core import catalogue
from countermark.matching.judging import Belief


class Share(NamedTuple):
    """How many proved right of how many, and where the share lies; of none, anywhere."""

    right: int
    of: int
    share: float
    interval: tuple[float, float]


class Drift(NamedTuple):
    """One combination. `moved`: "down" or "up" where the last days differ from before beyond chance, else ""."""

    combination: str
    lately: Share
    before: Share
    moved: str


def table(*, at: datetime) -> list[Drift]:
    """Every combination that people said something of, those that moved down first, then by how many opinions."""
    since = at - timedelta(days=catalogue.load().number("drift_days"))
    before = rules.counted(Opinion.objects.filter(at__lt=since))
    lately = rules.counted(Opinion.objects.filter(at__gte=since, at__lte=at))
    rows = [_drift(name, lately, before) for name in sorted({*before, *lately} - {""})]
    order = {"down": 0, "up": 1, "": 2}
    return sorted(rows, key=lambda row: (order[row.moved], -(row.lately.of + row.before.of), row.combination))


def _drift(name: str, lately: Mapping[str, Sequence[int]], before: Mapping[str, Sequence[int]]) -> Drift:
    now, then = (_share(*counts.get(name, (0, 0))) for counts in (lately, before))
    moved = "down" if now.interval[1] < then.interval[0] else "up" if now.interval[0] > then.interval[1] else ""
    return Drift(name, now, then, moved)


def _share(right: int, wrong: int) -> Share:
    of = right + wrong
    if not of:
        return Share(0, 0, 0.0, (0.0, 1.0))
    return Share(right, of, round(right / of, 4), Belief(right / of, of).interval)


def said(row: Drift) -> str:
    """What has happened, in a sentence for the operator."""
    if not row.lately.of:
        return gettext("Nobody has said anything of these in the last thirty days.")
    names = {
        "kinds": " + ".join(combination_said(row.combination)), "right": row.lately.right, "of": row.lately.of,
        "before": round(100 * row.before.share), "now": round(100 * row.lately.share),
    }  # fmt: skip
    if row.moved == "down":
        return (
            gettext("It proves right less often than before: %(now)s %% instead of %(before)s %%. Look at its rules.")
            % names
        )
    if row.moved == "up":
        return gettext("It proves right more often than before: %(now)s %% instead of %(before)s %%.") % names
    return (
        ngettext(
            "%(right)s of %(of)s opinion said it was right; that is no more than chance away from before.",
            "%(right)s of %(of)s opinions said it was right; that is no more than chance away from before.",
            row.lately.of,
        )
        % names
    )

"""What is a seller told of why a listing is stopped? Facts and reasons, in the language in force; by which rule of ours.

What another seller did is not told to this one: an old case is named only to the seller it was about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from countermark.apps.rights.models import Right
from countermark.apps.screening.known import about_right
from countermark.apps.screening.models import Finding, Fingerprint
from countermark.apps.screening.words import kind_said
from countermark.apps.work.prepared import Prepared
from countermark.core.defect import printable
from countermark.matching.signals import Signal

MOST = 8  # things named; the rest is shown on the page of the measure


def clause_of(reason: str, rights: Iterable[Right]) -> str:
    """The clause of our rules that a measure for this reason rests on."""
    if reason == "stay_down":
        return "IP-5.6"
    return "IP-1.3" if any(right.kind == "trademark" for right in rights) else "IP-2.1"


def facts(finding: Finding) -> str:
    """Facts and reasons of one measure, as the seller reads them."""
    first = gettext("We compare offers with what rights holders have registered here. This is what was found:")
    return "\n".join([first, *told(finding)])


_rights_of = Prepared(lambda finding: Right.objects.filter(findings=finding).select_related("holder"))


def told(finding: Finding) -> list[str]:
    """What was found in one listing, a sentence for each thing, as its seller reads it."""
    rights = {about_right(right.pk): right for right in _rights_of(finding=finding.pk)}
    signals = [Signal(**each) for each in finding.signals]
    return matched(signals, rights, finding.fingerprint, seller_id=finding.seller_id)


def matched(
    signals: Iterable[Signal],
    rights: Mapping[str, Right],
    fingerprint: Fingerprint | None = None,
    *,
    seller_id: int | None = None,
) -> list[str]:
    """What was found, a sentence for each thing. `rights`: by `about` of the signals."""
    said = dict.fromkeys(_sentence(one, rights.get(one.about), fingerprint, seller_id) for one in signals)
    return list(said)[:MOST]


def _sentence(signal: Signal, right: Right | None, fingerprint: Fingerprint | None, seller_id: int | None) -> str:
    if signal.about.startswith("fingerprint:"):
        return _came_back(signal, fingerprint, seller_id)
    return " ".join(_words(signal, right) if signal.kind.startswith("text:") else _picture(signal, right))


def _words(signal: Signal, right: Right | None) -> Iterator[str]:
    figures = signal.figures
    names = {
        "observed": printable(figures["observed"]),
        "canonical": printable(figures["canonical"]),
        "how": kind_said(signal.kind),
    }
    if figures.get("field") == "brand":
        yield gettext("The brand field says “%(observed)s”: that is “%(canonical)s”, %(how)s.") % names
    else:
        yield gettext("The title says “%(observed)s”: that is “%(canonical)s”, %(how)s.") % names
    yield from _whose(right)


def _picture(signal: Signal, right: Right | None) -> Iterator[str]:
    number = int(signal.figures.get("picture", 0)) + 1
    names = {"n": number, "how": kind_said(signal.kind)}
    yield gettext("Picture %(n)s of the listing repeats a registered one: %(how)s.") % names
    yield from _whose(right)


def _whose(right: Right | None) -> Iterator[str]:
    if right is not None:
        names = {
            "owner": right.owner_name or right.holder.name,
            "right": f"{right.name} ({right.office} {right.number})",
        }
        yield gettext("It is protected for %(owner)s: %(right)s.") % names


def _came_back(signal: Signal, fingerprint: Fingerprint | None, seller_id: int | None) -> str:
    how = {
        "text:relisted": gettext("its title, and what stands beside it, are the same"),
    }.get(signal.kind) or kind_said(signal.kind)
    if fingerprint is not None and seller_id is not None and fingerprint.seller_id == seller_id:
        names: dict[str, Any] = {"how": how, "case": fingerprint.complaint.number}
        return gettext("The listing repeats one that was taken down in case %(case)s: %(how)s.") % names
    return gettext("The listing repeats one that was taken down after a complaint: %(how)s.") % {"how": how}

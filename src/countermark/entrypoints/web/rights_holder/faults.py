"""What is wrong with a form, for the error summary: what, the way out, and the id of the field it leads to."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_lazy

from countermark.apps.complaints.words import defect_words
from countermark.apps.rights.words import DEFECTS as RIGHT_DEFECTS
from countermark.apps.rights.words import defect_said
from countermark.evidence.uploads import SENTENCES, UploadRefused

ACCOUNT = {
    "account_location": (gettext_lazy("Nothing says where you are."), gettext_lazy("Choose one.")),
    "account_kind": (gettext_lazy("Nothing says who you are."), gettext_lazy("Choose one.")),
    "account_is_agent": (gettext_lazy("Nothing says for whom you act."), gettext_lazy("Choose one.")),
    "account_name": (gettext_lazy("The name is missing."), gettext_lazy("Write it as on the identity document.")),
    "account_contact_email": (
        gettext_lazy("This is no e-mail address."),
        gettext_lazy("Write one that somebody reads, such as ip@example.com."),
    ),
    "account_terms": (gettext_lazy("The terms are not accepted."), gettext_lazy("Read them and tick the box.")),
}


class Fault(NamedTuple):
    """One thing to mend."""

    what: str
    way_out: str
    field: str


def faults_of(defects: Iterable[Any], anchors: Mapping[str, str] | None = None) -> list[Fault]:
    """Defects in the reader's language; `anchors` maps a defect's field to the id on this page where it differs."""
    found = []
    for defect in defects:
        what, way_out = said(defect.code, defect.data)
        found.append(Fault(what, way_out, (anchors or {}).get(defect.field, f"id_{defect.field}")))
    return found


def said(code: str, data: Mapping[str, object]) -> tuple[str, str]:
    """A defect as (what is wrong, how to mend it)."""
    if code in ACCOUNT:
        what, way_out = ACCOUNT[code]
        return str(what), str(way_out)
    return defect_said(code, data) if code in RIGHT_DEFECTS else defect_words(code, data)


def upload_fault(refused: UploadRefused, field: str = "id_files") -> Fault:
    """Why a file was not kept; its sentence holds the way out."""
    return Fault(gettext(SENTENCES[refused.code]).format(**refused.data), "", field)

"""What is a defect called, for pages and programs alike? Rules give a code and data; here are (what is wrong, how to mend it).

A code stands in one place: notices, counter-notices and decisions in the catalogue, registrations of rights in
`apps/rights/words.py`, and here what belongs to an account or to the choice of something that is not offered.
"""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from countermark.apps.complaints.words import defect_words
from countermark.apps.portfolio.words import DEFECTS as ROW_DEFECTS
from countermark.apps.portfolio.words import defect_said as row_defect_said
from countermark.apps.rights.words import DEFECTS as RIGHT_DEFECTS
from countermark.apps.rights.words import defect_said as right_defect_said
from countermark.apps.screening import holder_words
from countermark.core.catalogue import load
from countermark.entrypoints import identity_words
from countermark.entrypoints.desk_defects import ENDPOINT_DEFECTS, OPERATOR_DEFECTS, ORDER_DEFECTS
from countermark.entrypoints.intake.refused import PREFIX as FILE_DEFECT
from countermark.entrypoints.intake.refused_words import file_defect_said
from countermark.evidence.uploads import SENTENCES, UploadRefused

ACCOUNT = {
    "account_location": (_("Nothing says where you are."), _("Choose one.")),
    "account_kind": (_("Nothing says who you are."), _("Choose one.")),
    "account_is_agent": (_("Nothing says for whom you act."), _("Choose one.")),
    "account_name": (_("The name is missing."), _("Write it as on the identity document.")),
    "account_person": (_("Your own name is missing."), _("Write it as it should stand in a declaration.")),
    "account_contact_email": (
        _("This is no e-mail address."),
        _("Write one that somebody reads, such as ip@example.com."),
    ),
    "account_address_verified": (
        _("A reviewer has seen this address on your papers."),
        _("Change it under “Who you are”, with a paper that shows the new one."),
    ),
    "account_terms": (_("The terms are not accepted."), _("Read them and tick the box.")),
}
NOT_OFFERED = {
    "marketplace_unknown": (
        _("There is no such marketplace, or no notice can be sent to it."),
        _("Take the slug of one from /api/v1/filing-places."),
    ),
    "guest_place_unknown": (
        _("There is no such marketplace, or nobody can report there without an account."),
        _("Take the slug of one from /api/v1/guest/places."),
    ),
    "procedure_not_offered": (
        _("This marketplace does not offer you this procedure."),
        _("Leave it out for the usual one, or take one from /api/v1/filing-places."),
    ),
    "right_unknown": (_("There is no such right among yours."), _("Take the id of one from /api/v1/rights.")),
    "file_unknown": (
        _("There is no such file of yours."),
        _("Send it to /api/v1/files first; name the id that was answered."),
    ),
    "action_proof_missing": (
        _("Nothing shows the suit or complaint."),
        _("Add its first page, with the stamp or number."),
    ),
    "answer_not_asked": (_("Nothing asks this of such a right."), _("Leave it out; /api/v1/right-kinds names the fields.")),
    "paper_kind_unknown": (
        _("No such paper goes with this kind of right."),
        _("Take a kind from /api/v1/right-kinds."),
    ),
}  # fmt: skip


def defect_said(code: str, data: Mapping[str, object]) -> tuple[str, str]:
    """A defect as (what is wrong, how to mend it); the code itself where nobody has words for it."""
    if known := ACCOUNT.get(code) or NOT_OFFERED.get(code):
        return str(known[0]), str(known[1])
    if desk := OPERATOR_DEFECTS.get(code) or ORDER_DEFECTS.get(code) or ENDPOINT_DEFECTS.get(code):
        return str(desk[0]) % data, str(desk[1]) % data
    if code in identity_words.DEFECTS:
        return identity_words.defect_said(code, data)
    if code in holder_words.DEFECTS:
        return holder_words.defect_said(code, data)
    if code in ROW_DEFECTS:
        return row_defect_said(code, data)
    if code.startswith(FILE_DEFECT):
        return file_defect_said(code, data)
    of_a_right = code in RIGHT_DEFECTS or code in load().return_reasons
    return right_defect_said(code, data) if of_a_right else defect_words(code, data)


def upload_said(refused: UploadRefused) -> str:
    """Why a file was not kept, and the way out, in one sentence or two."""
    return gettext(SENTENCES[refused.code]).format(**refused.data)

"""Why a file cannot be read, as people read it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from countermark.entrypoints.intake.refused import PREFIX, FileRefused

# code -> (what is wrong, the way out)
SAID = {
    "empty": (_("The file is empty."), _("Choose another one.")),
    "too_large": (_("The file is larger than %(most)s MB."), _("Send it in several.")),
    "too_many_rows": (_("The file has more than %(most)s rows."), _("Send it in several.")),
    "bomb": (_("Unpacked, the file would fill more than %(most)s MB."), _("Save it anew and send it again.")),
    "far_cell": (
        _("Cell %(cell)s lies outside the %(rows)s rows and the columns up to %(columns)s that are read."),
        _("Delete what stands there."),
    ),
    "doctype": (_("The file declares a document type, which is not read."), _("Save it anew without one.")),
    "broken": (_("The file is damaged: %(reason)s"), _("Save it anew.")),
    "not_read": (_("Files of this kind are not read."), _("Send XLSX, CSV or XML.")),
    "locked": (_("The sheet is protected by a password."), _("Save it without one.")),
    "mixed_encodings": (
        _("From row %(row)s on the file is written in another encoding than before."),
        _("Save it as UTF-8."),
    ),
    "encoding_unknown": (_("The characters of row %(row)s cannot be read."), _("Save the file as UTF-8.")),
    "no_kind": (_("No column says the kind of right."), _("Take the headings of the template.")),
    "no_answers": (_("No column but the kind is known."), _("Take the headings of the template.")),
    "twice": (_("Two columns say “%(heading)s”."), _("Delete one of them.")),
    "no_rows": (_("There is no row under the headings."), _("Fill in at least one.")),
    "zip_empty": (_("There is no file in the ZIP."), _("Choose another one.")),
    "zip_files": (_("The ZIP holds more than %(most)s files."), _("Send them in several.")),
    "zip_path": (_("“%(name)s” leads out of the ZIP."), _("Pack the files anew.")),
    "zip_locked": (_("The ZIP is protected by a password."), _("Pack it without one.")),
    "office_file": (
        _("The records of the office cannot be read (%(reason)s, line %(line)s)."),
        _("Export them again."),
    ),
}


def refusal_said(refused: FileRefused) -> tuple[str, str]:
    """What is wrong with the file, and the way out."""
    return file_defect_said(PREFIX + refused.why, refused.data)


def file_defect_said(code: str, data: Mapping[str, object]) -> tuple[str, str]:
    """The same, of the defect a refusal carries."""
    what, way_out = SAID[code.removeprefix(PREFIX)]
    return str(what) % data, str(way_out)

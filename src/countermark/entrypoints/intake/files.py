"""Which rights does this file hold? Our own form as CSV or XLSX, or the records of an office: whatever it is, row by row."""

from __future__ import annotations

import hashlib

from countermark.apps.portfolio.staging import ReadFile
from countermark.apps.work.files import demand_clean
from countermark.core import catalogue
from countermark.entrypoints.intake.office_forms import is_xml, tmview_rows, xml_rows
from countermark.entrypoints.intake.own_form import OwnForm, rows_of
from countermark.entrypoints.intake.refused import FileRefused
from countermark.entrypoints.intake.sheets import MB, sheet_of


def read_file(name: str, content: bytes) -> ReadFile:
    """The file as `staging.stage` takes it. FileRefused; a row that cannot be read is no reason for that.

    UploadRefused where the virus scanner finds something in it, or gives no verdict: it is asked before anything is read.
    """
    most = catalogue.load().number("import_file_mb")
    if len(content) > most * MB:
        raise FileRefused("too_large", most=most)
    demand_clean(content, name)
    digest = hashlib.sha256(content).hexdigest()
    if is_xml(content):
        form, rows = xml_rows(content)
        return ReadFile(name, digest, form, rows)
    sheet = sheet_of(content)
    own = OwnForm(sheet)
    if own.is_ours:
        return ReadFile(name, digest, sheet.form, rows_of(own), sheet.encoding, own.not_read)
    return ReadFile(name, digest, "tmview", tmview_rows(content), sheet.encoding)

"""Why can a file not be read at all? What is wrong with single rows is no reason: that is said row by row."""

from __future__ import annotations

from typing import Any

from countermark.core.defect import Defect

PREFIX = "rights_file_"  # of the codes of our defects
SENTENCES = {
    "empty": "the file is empty",
    "too_large": "the file is larger than {most} MB; send it in several",
    "too_many_rows": "the file has more than {most} rows; send it in several",
    "bomb": "unpacked, the file would fill more than {most} MB; save it anew and send it again",
    "far_cell": "cell {cell} lies outside the {rows} rows and the columns up to {columns} that are read; delete it",
    "doctype": "the file declares a document type; save it anew without one",
    "broken": "the file is damaged: {reason}; save it anew",
    "not_read": "files of this kind are not read; send XLSX, CSV or XML",
    "locked": "the sheet is protected by a password; save it without one",
    "mixed_encodings": "row {row} is written in another encoding than the rows before; save the file as UTF-8",
    "encoding_unknown": "the characters of row {row} cannot be read; save the file as UTF-8",
    "no_kind": "no column says the kind of right; take the headings of the template",
    "no_answers": "no column but the kind is known; take the headings of the template",
    "twice": "two columns say “{heading}”; delete one of them",
    "no_rows": "there is no row under the headings",
    "zip_empty": "there is no file in the ZIP",
    "zip_files": "the ZIP holds more than {most} files; send them in several",
    "zip_path": "“{name}” leads out of the ZIP; pack the files anew",
    "zip_locked": "the ZIP is protected by a password; pack it without one",
    "office_file": "the records of the office cannot be read: {reason} (line {line})",
}


class FileRefused(Exception):
    """The file cannot be read; `why` and `data` say what is wrong with it. Nothing was kept."""

    code = "rights_file_unreadable"
    http_status_hint = 422

    def __init__(self, why: str, **data: Any) -> None:
        self.why, self.data = why, data
        self.defects = (Defect(PREFIX + why, "file", data=data),)
        super().__init__(SENTENCES[why].format(**data))

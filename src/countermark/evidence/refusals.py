"""Why was an upload not kept, and what can its owner do about it? One class; the codes are the keys of `SENTENCES`.

A code is stable and never re-used. `str(refusal)` is the English sentence; upper floors word the same codes in the
reader's language from `code` and `data`.
"""

from types import MappingProxyType

SENTENCES = MappingProxyType(
    {
        "empty": "{name} is empty (0 bytes). Check that it opens on your device, then upload it again.",
        "too_large": "{name} has {megabytes} MB; at most {max_megabytes} MB can be uploaded. "
        "Split it, or scan at 300 dpi, then upload it again.",
        "office_document": "{name} is an Office document, and those can be changed after signing. "
        "Save it as PDF, then upload the PDF.",
        "web_page": "{name} is a web page, not a PDF or a picture. Print the page to a PDF, then upload the PDF.",
        "drawing": "{name} is an SVG drawing, which can carry programs. Export it as PNG, then upload the PNG.",
        "archive": "{name} is an archive. Unpack it, then upload the documents in it one by one, as PDF, JPG or PNG.",
        "not_allowed": "{name} is neither PDF nor JPG nor PNG (it looks like {media_type}). "
        "Save it as one of these, then upload it again.",
        "not_recognised": "{name} does not begin like a PDF, JPG or PNG, nor like anything else that is known. "
        "Check that it opens on your device, save it as one of these, then upload it again.",
        "contradictory": "{name} looks like {first} to one check and like {second} to another. "
        "Open it, save it anew as PDF, JPG or PNG, then upload the new file.",
        "image_broken": "The picture {name} cannot be read to its end; the file is damaged or incomplete. "
        "Take or export it again, then upload the new file.",
        "image_too_big": "The picture {name} has {width} x {height} pixels; "
        "at most {max_megapixels} million can be read. "
        "Make it smaller, then upload it again.",
        "pdf_broken": "The PDF {name} is damaged or incomplete. Open it and save it anew (“Print to PDF” does), "
        "then upload the new file.",
        "pdf_locked": "The PDF {name} is protected by a password or by restrictions, so nobody could review it. "
        "Save a copy without protection (“Print to PDF” makes one), then upload the copy.",
        "pdf_too_long": "The PDF {name} has more than {max_pages} pages. "
        "Upload the pages that matter here, or split it into several files.",
        "pdf_too_complex": "The PDF {name} unpacks to more than can be read safely. "
        "Open it, print it to a new PDF, then upload the new file.",
        "infected": "The virus scanner found {found} in {name}. Nothing was kept. "
        "Clean your device, then upload the document from its source.",
        "not_scanned": "The virus scanner does not answer at the moment, so {name} was not kept. "
        "Nothing else is lost; upload it again in a few minutes.",
        "not_stored": "The place where files are kept does not answer at the moment, so {name} was not kept. "
        "Nothing else is lost; upload it again in a few minutes.",
    }
)
NOT_NOW = frozenset(["not_scanned", "not_stored"])  # nothing is wrong with the file: the same one is taken later


class UploadRefused(Exception):
    """The file is not kept. `code` is a key of SENTENCES, `data` what its sentence names.

    `http_status_hint` is 503 where the file can be taken later (NOT_NOW), else 422.
    """

    def __init__(self, code: str, **data: str | int) -> None:
        if code not in SENTENCES:
            raise ValueError(f"{code!r} has no sentence; add it to evidence/refusals.py before raising it")
        self.code = code
        self.data = data
        self.http_status_hint = 503 if code in NOT_NOW else 422
        super().__init__(code, data)

    def __str__(self) -> str:
        return SENTENCES[self.code].format(**self.data)

"""Papers of many rights in one ZIP: each goes to the right whose number its name holds, and what found no place is said."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import File, UploadedFile

from countermark.apps.access.scopes import COMPLAINANTS
from countermark.apps.portfolio.papers import Placed, place
from countermark.apps.portfolio.words import PLACED
from countermark.core import catalogue
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Shown
from countermark.entrypoints.api.v1.files import BOUNDARY, MULTIPART
from countermark.entrypoints.api.v1.rights import _holder
from countermark.entrypoints.intake.papers_zip import papers_in
from countermark.entrypoints.intake.sheets import MB
from countermark.entrypoints.papers_said import paper_said

router = ApiRouter(tags=["rights"])
LARGEST = (catalogue.load().number("import_zip_mb") + 1) * MB  # bytes of one request: the ZIP, and its wrapping
Outcome: Any = Literal[tuple(PLACED)]
# The smallest ZIP there is: one empty file, stored. The example shows what is said of a file that finds no place.
ZIP = (
    "PK\x03\x04\x14" + "\0" * 21 + "\x0c\0\0\0" + "99999999.pdf"
    "PK\x01\x02\x14\0\x14" + "\0" * 21 + "\x0c" + "\0" * 17 + "99999999.pdf"
    "PK\x05\x06\0\0\0\0\x01\0\x01\0\x3a\0\0\0\x2a\0\0\0\0\0"
)  # fmt: skip
SENT = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="papers.zip"\r\n'
    f"Content-Type: application/zip\r\n\r\n{ZIP}\r\n--{BOUNDARY}--\r\n"
)


class PaperPlaced(Shown):
    """What became of one file of the ZIP. `right`: where it went, or belongs; `how_to_mend` is "" where all is well."""

    file: str
    outcome: Outcome
    right: int | None
    kind: str
    message: str
    how_to_mend: str


class PapersPlaced(Shown):
    """What became of every file, in the order of the ZIP. `left_out` found no place, or was not taken."""

    added: int
    there_already: int
    left_out: int
    items: list[PaperPlaced]


@router.post("/right-papers", response=PapersPlaced)
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    body_limit=LARGEST,
    problems=("rights_file_unreadable",),
    example=Example("rights_holder", headers=MULTIPART, body=SENT),
)
def add_papers(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    """Add papers of many rights at once: a ZIP of PDF, JPG and PNG, each named after the number of its right.

    `55180021.pdf`, `CN 55180021 renewal_certificate.pdf`, `55180021/class_page 2.jpg`. Without a word for what it is, a file is
    the first paper the right needs. Sent again, what is there already stays as it is. Nothing is guessed: a name that can mean
    two rights, or a number that lost its zeros, is left out and said."""
    found = papers_in(file)
    placed = list(place(holder=_holder(request), files=found, by=caller_of(request).person, at=request.at))
    added, there = (sum(each.code == code for each in placed) for code in ("attached", "there"))
    return {
        "added": added,
        "there_already": there,
        "left_out": len(placed) - added - there,
        "items": [_shown(each) for each in placed],
    }


def _shown(each: Placed) -> dict[str, Any]:
    message, cure = paper_said(each)
    return {
        "file": each.name,
        "outcome": each.code,
        "right": each.right.pk if each.right else None,
        "kind": each.kind,
        "message": message,
        "how_to_mend": cure,
    }

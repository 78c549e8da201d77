"""May this file be kept as evidence, and in which form?

PDF, JPG and PNG are taken, by content and not by name; everything else is refused with the way out. What is kept is
always a copy written anew (pictures.py, pdfs.py), so that nothing but what a person sees in it survives; the digest
of the file as it came is kept beside it, so that its owner can show later which file was meant.

    try:
        accepted = examine(content, "执照 (scan).JPG")
    except UploadRefused as refusal:
        print(refusal.code, refusal)
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from countermark.evidence.copies import Copy
from countermark.evidence.limits import DEFAULT, Limits
from countermark.evidence.names import display_name, visible
from countermark.evidence.pdfs import rewrite_pdf
from countermark.evidence.pictures import rewrite_picture
from countermark.evidence.refusals import NOT_NOW, SENTENCES, UploadRefused
from countermark.evidence.sniffing import media_type_of

__all__ = [
    "DEFAULT",
    "NOT_NOW",
    "SENTENCES",
    "Accepted",
    "Limits",
    "UploadRefused",
    "demand_clean",
    "examine",
    "shown_name",
]

Scan = Callable[[bytes], str | None]
"""A virus scanner: the name of what it found, or None. What it raises when it cannot say goes through to the caller."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One file that may be kept. Digests are SHA-256 in lower-case hex; sizes in pixels, None where they mean nothing.

    `changes` says what a person would miss or notice, by code: renamed, location_removed, frames_removed,
    scripts_removed, links_removed, attachments_removed, signature_not_kept.
    """

    media_type: str
    name: str
    content: bytes
    sha256_original: str
    sha256: str
    pages: int
    width: int | None
    height: int | None
    changes: tuple[str, ...]


def examine(content: bytes, name: str, *, limits: Limits = DEFAULT, scan: Scan | None = None) -> Accepted:
    """Return the copy to keep, or raise UploadRefused(code, data) whose sentence says the way out.

    `name` is what the browser sent; it decides nothing. A wrong extension is put right and noted as `renamed`.
    """
    shown = shown_name(name, limits)
    _refuse_by_size(len(content), shown, limits)
    media_type = media_type_of(content, shown)
    demand_clean(content, shown, scan)
    kept_name, was_renamed = display_name(name, media_type, limits.max_name_characters)
    copy = _rewritten(content, media_type, shown, limits)
    return Accepted(
        media_type=media_type,
        name=kept_name,
        content=copy.content,
        sha256_original=hashlib.sha256(content).hexdigest(),
        sha256=hashlib.sha256(copy.content).hexdigest(),
        pages=copy.pages,
        width=copy.width,
        height=copy.height,
        changes=("renamed",) * was_renamed + copy.changes,
    )


def demand_clean(content: bytes, shown: str, scan: Scan | None) -> None:
    """Raise UploadRefused `infected` where the scanner finds something. `shown` names the file in its sentence."""
    if scan and (found := scan(content)):
        raise UploadRefused("infected", name=shown, found=found)


def shown_name(name: str, limits: Limits = DEFAULT) -> str:
    """What a sentence about a file calls it: one line of visible text, never empty."""
    return visible(name)[: limits.max_name_characters] or "The file"


def _rewritten(content: bytes, media_type: str, name: str, limits: Limits) -> Copy:
    if media_type == "application/pdf":
        return rewrite_pdf(content, name, limits)
    return rewrite_picture(content, media_type, name, limits)


def _refuse_by_size(size: int, name: str, limits: Limits) -> None:
    if size == 0:
        raise UploadRefused("empty", name=name)
    if size > limits.max_bytes:
        megabytes = -(-size // 100_000) / 10  # rounded up: a file one byte over is never told it has exactly the limit
        raise UploadRefused(
            "too_large", name=name, megabytes=f"{megabytes:.1f}", max_megabytes=limits.max_bytes // 1_000_000
        )

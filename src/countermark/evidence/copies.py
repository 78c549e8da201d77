"""What does writing a file anew give back? One shape for PDFs and pictures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Copy:
    """The bytes to keep; sizes in pixels, None for a PDF; `changes` are the codes of what a person would miss."""

    content: bytes
    pages: int
    width: int | None
    height: int | None
    changes: tuple[str, ...]

"""What is this file, judged by its content alone? Two sniffers are asked: each is fooled where the other is not.

`<html><!-- %PDF-1.4` is a PDF to libmagic and a web page to puremagic: what counts as PDF, JPEG or PNG must be one to
both. Neither notices an archive behind a picture; that is what writing the picture anew is for (pictures.py).
"""

import threading

import puremagic
import pylibmagic  # noqa: F401  points the loader of `magic` at the libmagic it ships; must come first

import magic  # isort: skip

from countermark.evidence.names import EXTENSIONS
from countermark.evidence.refusals import UploadRefused

_OFFICE = (
    "application/msword", "application/rtf", "text/rtf", "application/cdfv2", "application/x-ole-storage",
    "application/vnd.ms-", "application/vnd.openxmlformats-", "application/vnd.oasis.opendocument.",
)  # fmt: skip
_FAMILIES = (
    ("office_document", _OFFICE),
    ("web_page", ("text/html", "application/xhtml")),
    ("drawing", ("image/svg",)),
    ("archive", ("application/zip", "application/x-7z", "application/x-rar", "application/vnd.rar", "application/gzip",
                 "application/x-tar")),
)  # fmt: skip
_OFFICE_PART = b"[Content_Types].xml"  # in every Office archive, whatever the order of its files: ECMA-376-2, 10.1.2.2
UNKNOWN = "application/octet-stream"

_libmagic = threading.local()  # a libmagic cookie serves one thread at a time


def media_type_of(content: bytes, name: str) -> str:
    """Return the allowed media type both sniffers see, or raise UploadRefused with the family that was found."""
    first, second = by_libmagic(content), by_puremagic(content)
    if first == second and first in EXTENSIONS:
        return first
    if code := _family(first, content) or _family(second, content):
        raise UploadRefused(code, name=name)
    if first in EXTENSIONS or second in EXTENSIONS:
        raise UploadRefused("contradictory", name=name, first=first, second=second)
    if UNKNOWN == first == second:
        raise UploadRefused("not_recognised", name=name)
    raise UploadRefused("not_allowed", name=name, media_type=first if first != UNKNOWN else second)


def _family(media_type: str, content: bytes) -> str | None:
    code = next((code for code, prefixes in _FAMILIES if media_type.startswith(prefixes)), None)
    return "office_document" if code == "archive" and _OFFICE_PART in content else code


def by_libmagic(content: bytes) -> str:
    """Media type in lower case; `application/octet-stream` when it does not know."""
    if not hasattr(_libmagic, "cookie"):
        _libmagic.cookie = magic.Magic(mime=True)
    return str(_libmagic.cookie.from_buffer(content)).lower()


def by_puremagic(content: bytes) -> str:
    """Media type of the likeliest match, in lower case; `application/octet-stream` when it does not know."""
    try:
        return puremagic.from_string(content, mime=True).lower() or UNKNOWN
    except puremagic.PureError:
        return UNKNOWN

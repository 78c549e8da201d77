"""Does a PDF unpack to more than whoever opens it can bear?

What shows a page stays packed when a PDF is written anew, so a bomb in it would go off at the reviewer's or the other side's.
Here every stream is unpacked piece by piece and only counted: memory stays at one piece, time at what `Limits` allows for the
whole file. A picture is judged by the pixels it declares, and those its own header declares. LZW and run lengths, which today's
programs do not write, are left to the viewer.
"""

import base64
import binascii
import io
import zlib
from collections.abc import Iterable, Iterator

import pikepdf
from pikepdf import Array, Object, Pdf
from PIL import Image

from countermark.evidence.limits import Limits
from countermark.evidence.refusals import UploadRefused

_PIECE = 1 << 20
_FLATE = {"/FlateDecode", "/Fl"}
_HEX = {"/ASCIIHexDecode", "/AHx"}
_ASCII85 = {"/ASCII85Decode", "/A85"}
_OWN_HEADER = {"/DCTDecode", "/DCT", "/JPXDecode"}  # JPEG and JPEG 2000 say their size themselves
_BYTES_A_PIXEL = 4  # of the widest colours: CMYK, ISO 32000-2, 8.6.4.4


def refuse_bombs(pdf: Pdf, name: str, limits: Limits) -> None:
    """Raise UploadRefused `pdf_too_complex` for a stream, or all of them, that unpack beyond the limits."""
    left = limits.max_unpacked_bytes
    for stream in (one for one in pdf.objects if isinstance(one, pikepdf.Stream)):
        is_picture = str(stream.get("/Subtype", "")) == "/Image"
        most = limits.max_pixels * _BYTES_A_PIXEL if is_picture else limits.max_decoded_bytes
        for piece in _unpacked(stream):
            left, most = left - len(piece), most - len(piece)
            if left < 0 or most < 0:
                raise UploadRefused("pdf_too_complex", name=name)
        if is_picture and any(width * height > limits.max_pixels for width, height in _sizes(stream)):
            raise UploadRefused("pdf_too_complex", name=name)


def _filters(stream: Object) -> list[str]:
    told = stream.get("/Filter")
    if told is None:
        return []
    return [str(one) for one in told] if isinstance(told, Array) else [str(told)]


def _unpacked(stream: Object) -> Iterator[bytes]:
    """What a viewer unpacks, in pieces, up to a filter that is not unpacked here, or to what is broken."""
    pieces: Iterable[bytes] = [stream.read_raw_bytes()]
    for one in _filters(stream):
        if one in _FLATE:
            pieces = _inflated(pieces)
        elif one in _HEX | _ASCII85:
            pieces = [_from_text(b"".join(pieces), one)]
        else:
            break
    yield from pieces


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj()
    for piece in pieces:
        waiting = piece
        while waiting and not unpacking.eof:
            try:
                yield unpacking.decompress(waiting, _PIECE)
            except zlib.error:
                return
            waiting = unpacking.unconsumed_tail


def _from_text(written: bytes, how: str) -> bytes:
    """Text has no more bytes unpacked than packed. What is broken unpacks to nothing."""
    plain = b"".join(written.split())
    try:
        if how in _HEX:
            digits = plain.partition(b">")[0]
            return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
        return base64.a85decode(plain.removeprefix(b"<~").partition(b"~>")[0])
    except ValueError:
        return b""


def _sizes(picture: Object) -> Iterator[tuple[int, int]]:
    """The pixels a picture declares: in the PDF, and in the header it has itself."""
    yield int(picture.get("/Width", 0)), int(picture.get("/Height", 0))
    if _filters(picture)[-1:] and _filters(picture)[-1] in _OWN_HEADER:
        try:
            with Image.open(io.BytesIO(b"".join(_unpacked(picture))), formats=("JPEG", "JPEG2000")) as opened:
                yield opened.size
        except (
            Image.DecompressionBombError,
            Image.DecompressionBombWarning,
        ):  # beyond Pillow's own limit, so beyond ours
            yield Image.MAX_IMAGE_PIXELS or 0, 2
        except (OSError, SyntaxError, ValueError):
            return

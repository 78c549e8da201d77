"""May this file be kept as evidence? Told with the files people send, and with those nobody should."""

import hashlib
import io
import time
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from countermark.evidence.uploads import DEFAULT, SENTENCES, Accepted, UploadRefused, examine
from evidence import corpus


def refused(content: bytes, name: str, **kwargs: object) -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        examine(content, name, **kwargs)
    return caught.value


def opened(accepted: Accepted) -> Image.Image:
    picture = Image.open(io.BytesIO(accepted.content))
    picture.load()
    return picture


def bare(content: bytes) -> bytes:
    """The PDF unpacked, so that nothing hides in an object stream."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        unpacked = pikepdf.StreamDecodeLevel.all
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=unpacked,
            compress_streams=False,
        )
    return out.getvalue()


# What is taken ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (corpus.pdf(3), "certificate.pdf", "application/pdf"),
        (corpus.picture("JPEG"), "Photo 1.JPEG", "image/jpeg"),
        (corpus.picture("PNG"), "商标注册证.png", "image/png"),
    ],
)
def test_pdf_jpg_and_png_are_taken(content: bytes, name: str, media_type: str) -> None:
    accepted = examine(content, name)
    assert accepted.media_type == media_type
    assert accepted.changes == ()
    assert accepted.name.casefold() == name.casefold()


def test_both_digests_are_told_so_that_the_owner_can_show_which_file_was_meant() -> None:
    content = corpus.picture("JPEG")
    accepted = examine(content, "a.jpg")
    assert accepted.sha256_original == hashlib.sha256(content).hexdigest()
    assert accepted.sha256 == hashlib.sha256(accepted.content).hexdigest()
    assert accepted.sha256 != accepted.sha256_original


def test_size_and_pages_are_told() -> None:
    assert (examine(corpus.pdf(3), "a.pdf").pages, examine(corpus.pdf(3), "a.pdf").width) == (3, None)
    picture = examine(corpus.picture(size=(60, 40)), "a.png")
    assert (picture.pages, picture.width, picture.height) == (1, 60, 40)


def test_the_same_file_sent_twice_gives_the_same_copy() -> None:
    for content in (corpus.pdf(2, corpus.arm_fully), corpus.photo_with_location()):
        assert examine(content, "a").sha256 == examine(content, "b").sha256


# Pictures -----------------------------------------------------------------------------------------------------------


def test_where_a_photo_was_taken_is_not_kept() -> None:
    accepted = examine(corpus.photo_with_location(), "home.jpg")
    assert accepted.changes == ("location_removed",)
    assert not opened(accepted).getexif()
    for told in (b"Maker of Mei", b"taken at home", b"Exif"):
        assert told in corpus.photo_with_location()
        assert told not in accepted.content


def test_a_photo_taken_upright_is_kept_upright_without_its_orientation_tag() -> None:
    accepted = examine(corpus.photo_with_location(orientation=6), "upright.jpg")  # 6: turn a quarter clockwise
    assert (accepted.width, accepted.height) == (40, 60)
    grey = opened(accepted).convert("L")
    assert grey.getpixel((37, 3)) < 80 < grey.getpixel((3, 3))  # the dark corner went from top left to top right


def test_an_archive_behind_a_picture_is_gone_from_the_copy() -> None:
    content = corpus.jpeg_that_is_also_an_archive()
    assert b"PK\x03\x04" in content
    accepted = examine(content, "a.jpg")
    assert b"PK\x03\x04" not in accepted.content
    assert accepted.content.endswith(b"\xff\xd9")  # nothing after the end-of-image marker


def test_one_frame_of_an_animation_is_kept_and_its_owner_is_told() -> None:
    accepted = examine(corpus.animated_png(), "a.png")
    assert accepted.changes == ("frames_removed",)
    assert getattr(opened(accepted), "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (corpus.picture("JPEG", "CMYK"), "RGB"),
        (corpus.picture("JPEG", "L"), "L"),
        (corpus.picture("PNG", "P"), "RGB"),
        (corpus.picture("PNG", "1"), "L"),
        (corpus.picture("PNG", "LA"), "LA"),
        (corpus.picture("PNG", "RGBA"), "RGBA"),
        (corpus.grey_16_bits(), "L"),
    ],
)
def test_unusual_colours_are_turned_into_usual_ones(content: bytes, mode: str) -> None:
    picture = opened(examine(content, "a"))
    assert picture.mode == mode
    assert picture.info.get("icc_profile") is None


def test_sixteen_bits_keep_their_brightness() -> None:
    assert opened(examine(corpus.grey_16_bits(), "a.png")).getpixel((0, 0)) == 40_000 // 256  # 156, not white


def test_a_picture_in_wide_colours_looks_the_same_in_plain_ones() -> None:
    lab_like = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    accepted = examine(corpus.picture("JPEG", icc_profile=lab_like), "a.jpg")
    assert b"ICC_PROFILE" not in accepted.content
    red, green, blue = opened(accepted).getpixel((55, 35))
    assert abs(red - 0xE8) < 4 and abs(green - 0xE1) < 4 and abs(blue - 0xD6) < 4


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (8_000, 8_000), (60_000, 60_000), (70_000, 10)])
def test_a_png_bomb_is_refused_before_it_goes_off(width: int, height: int) -> None:
    began = time.process_time()
    refusal = refused(corpus.png_bomb(width, height), "bomb.png")
    assert refusal.code == "image_too_big"
    assert "Make it smaller" in str(refusal)
    assert time.process_time() - began < 2  # decoding 400 Mpx takes several seconds and 1.2 GB


@pytest.mark.parametrize("kept", [0.4, 0.9])
def test_a_truncated_photo_is_refused(kept: float) -> None:
    content = corpus.picture("JPEG", size=(400, 300))
    refusal = refused(content[: int(len(content) * kept)], "half.jpg")
    assert (refusal.code, refusal.data) == ("image_broken", {"name": "half.jpg"})


def test_a_png_with_one_flipped_byte_in_its_pixels_is_refused() -> None:
    content = bytearray(corpus.picture("PNG", size=(400, 300)))
    content[content.index(b"IDAT") + 30] ^= 0xFF
    assert refused(bytes(content), "flipped.png").code == "image_broken"


# PDFs ---------------------------------------------------------------------------------------------------------------


def test_a_pdf_that_acts_is_kept_as_a_pdf_that_only_shows() -> None:
    content = corpus.pdf(2, corpus.arm_fully)
    accepted = examine(content, "armed.pdf")
    dangerous = (
        b"JavaScript", b"/JS", b"OpenAction", b"/AA", b"Launch", b"calc.exe", b"/bin/sh", b"SubmitForm", b"/URI",
        b"tracker", b"EmbeddedFile", b"/EF", b"MZ ", b"XFA", b"RichMedia", b"FileAttachment", b"Invented",
        b"tomorrow", b"chained", b"elsewhere", b"her page", b"Mei at home", b"Metadata",
    )  # fmt: skip
    before, after = bare(content), bare(accepted.content)
    assert [word for word in dangerous if word not in before] == []
    assert [word for word in dangerous if word in after] == []
    assert accepted.changes == ("attachments_removed", "links_removed", "scripts_removed")


def test_what_the_pages_of_a_pdf_show_survives() -> None:
    accepted = examine(corpus.pdf(2, corpus.arm_fully), "armed.pdf")
    with pikepdf.open(io.BytesIO(accepted.content)) as pdf:
        assert [page.Contents.read_bytes() for page in pdf.pages] == [
            b"BT /F1 12 Tf 20 100 Td (page 1) Tj ET",
            b"BT /F1 12 Tf 20 100 Td (page 2) Tj ET",
        ]
        assert pdf.Root.AcroForm.Fields[0].V == "12,00"
        jump = [one.A for one in pdf.pages[0].Annots if "/A" in one]
        assert [str(action.S) for action in jump] == []  # the only jump led on to a script, and went with it


def test_a_jump_inside_the_document_stays() -> None:
    def arm(made: pikepdf.Pdf) -> None:
        target = pikepdf.Array([made.pages[1].obj, pikepdf.Name.Fit])
        action = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=target)
        made.pages[0].obj.Annots = pikepdf.Array([corpus.link(made, action)])

    accepted = examine(corpus.pdf(2, arm), "contents.pdf")
    with pikepdf.open(io.BytesIO(accepted.content)) as pdf:
        assert pdf.pages[0].Annots[0].A.S == "/GoTo"
    assert accepted.changes == ()


def test_a_font_that_is_called_like_an_action_stays() -> None:
    def arm(made: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        made.pages[0].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(A=font, AA=font))

    with pikepdf.open(io.BytesIO(examine(corpus.pdf(1, arm), "a.pdf").content)) as pdf:
        assert set(pdf.pages[0].Resources.Font.keys()) == {"/A", "/AA"}


def test_a_script_hidden_under_an_escaped_name_is_found() -> None:
    content = corpus.pdf_with_catalog(b"/OpenAction <</S /J#61vaScript /J#53 (alert)>> /Keep (alert too)")
    after = bare(examine(content, "a.pdf").content)
    assert b"alert too" in after  # strings are readable here, so the next line means something
    assert b"(alert)" not in after and b"JavaScript" not in after


def test_a_script_that_only_an_earlier_revision_used_is_gone() -> None:
    content = corpus.pdf_with_catalog(b"/Keep (now)", forgotten=b"<</S /JavaScript /JS (earlier)>>")
    assert b"earlier" in content
    assert b"earlier" not in bare(examine(content, "a.pdf").content)


@pytest.mark.parametrize("user", ["", "secret"])
def test_a_protected_pdf_is_refused_with_the_way_out(user: str) -> None:
    content = corpus.pdf(1, encryption=pikepdf.Encryption(owner="owner", user=user))
    refusal = refused(content, "locked.pdf")
    assert refusal.code == "pdf_locked"
    assert "without protection" in str(refusal)


def test_a_pdf_cut_short_is_refused() -> None:
    content = corpus.pdf(3)
    for end in (len(content) // 2, len(content) - 40):
        assert refused(content[:end], "cut.pdf").code == "pdf_broken"


def test_a_pdf_with_too_many_pages_is_refused_and_the_limit_itself_is_not() -> None:
    limits = replace(DEFAULT, max_pages=20)
    assert examine(corpus.pdf(20), "long.pdf", limits=limits).pages == 20
    refusal = refused(corpus.pdf(21), "long.pdf", limits=limits)
    assert (refusal.code, refusal.data["max_pages"]) == ("pdf_too_long", 20)


def test_a_pdf_of_a_hundred_million_pages_is_refused_at_once() -> None:
    began = time.process_time()
    refusal = refused(corpus.pdf_whose_page_tree_folds_back(depth=8, width=10), "tree.pdf")
    assert refusal.code in {"pdf_too_long", "pdf_broken"}
    assert time.process_time() - began < 1


def test_a_small_pdf_that_unpacks_to_hundreds_of_megabytes_is_refused_at_once() -> None:
    content = corpus.pdf_that_unpacks_to(200_000_000)
    assert len(content) < 300_000
    began = time.process_time()
    assert refused(content, "bomb.pdf").code == "pdf_too_complex"
    assert time.process_time() - began < 2


def test_a_pdf_without_pages_is_refused() -> None:
    assert refused(corpus.pdf(0), "nothing.pdf").code == "pdf_broken"


# What is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "empty.pdf", "empty"),
        (corpus.word_document_with_macro(), "power of attorney.docm", "office_document"),
        (corpus.word_document_with_macro(), "really.pdf", "office_document"),
        (corpus.old_word_document(), "contract.doc", "office_document"),
        (b"{\\rtf1 hello}", "contract.rtf", "office_document"),
        (b"<html><!-- %PDF-1.4 --><script>alert(1)</script>", "certificate.pdf", "web_page"),
        (b"<!doctype html><html><body>", "page.html", "web_page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "logo.svg", "drawing"),
        (corpus.archive(a_dot_pdf="x"), "all.zip", "archive"),
        (corpus.picture("GIF"), "a.gif", "not_allowed"),
        (corpus.picture("TIFF"), "a.jpg", "not_allowed"),
        (b"MZ" + b"\0" * 300, "setup.exe", "not_allowed"),
        ("just words 只是文字".encode(), "note.txt", "not_allowed"),
        (b"\0" * 1000, "zeros.pdf", "not_recognised"),
        (b"\n" + corpus.pdf(), "late.pdf", "contradictory"),
        (b"\n\n" + corpus.pdf(), "later.pdf", "not_recognised"),
        (corpus.office_archive_in_unusual_order(), "poa.docx", "office_document"),
        (b"%PDF-1.7\n", "header only.pdf", "pdf_broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "header only.png", "contradictory"),
    ],
)
def test_everything_else_is_refused_by_its_content(content: bytes, name: str, code: str) -> None:
    assert refused(content, name).code == code


def test_word_is_refused_because_it_can_be_changed_after_signing() -> None:
    sentence = str(refused(corpus.word_document_with_macro(), "poa.docx"))
    assert sentence == (
        "poa.docx is an Office document, and those can be changed after signing. Save it as PDF, then upload the PDF."
    )


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read() -> None:
    refusal = refused(b"%PDF-1.7\n" + b"\0" * 50_000_000, "huge.pdf")
    assert refusal.code == "too_large"
    assert "has 50.1 MB; at most 10 MB" in str(refusal)


def test_one_byte_over_the_limit_is_over_and_the_limit_is_not() -> None:
    content = corpus.picture("PNG")
    exact = replace(DEFAULT, max_bytes=len(content))
    assert examine(content, "a.png", limits=exact).width == 60
    assert refused(content, "a.png", limits=replace(exact, max_bytes=len(content) - 1)).code == "too_large"


def test_every_refusal_names_the_file_and_says_what_to_do() -> None:
    for code, sentence in SENTENCES.items():
        assert "{name}" in sentence, code
        assert any(way in sentence for way in ("upload", "Upload")), code


def test_a_refusal_without_a_sentence_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="has no sentence"):
        UploadRefused("no_such_code")


# The virus scanner --------------------------------------------------------------------------------------------------


def test_what_the_virus_scanner_finds_is_refused_and_named() -> None:
    refusal = refused(corpus.pdf(), "a.pdf", scan=lambda content: "Eicar-Test")
    assert (refusal.code, refusal.data["found"]) == ("infected", "Eicar-Test")


def test_the_virus_scanner_sees_the_file_as_it_came() -> None:
    seen: list[bytes] = []
    content = corpus.pdf(1, corpus.arm_fully)
    examine(content, "a.pdf", scan=lambda scanned: seen.append(scanned))
    assert seen == [content]


def test_a_virus_scanner_that_is_down_lets_nothing_through() -> None:
    def down(content: bytes) -> str | None:
        raise ConnectionRefusedError("no scanner here")

    with pytest.raises(ConnectionRefusedError):
        examine(corpus.pdf(), "a.pdf", scan=down)


# Names --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "shown", "changes"),
    [
        ("a.png", "a.png", ()),
        ("营业执照 (副本).PNG", "营业执照 (副本).png", ()),
        ("C:\\Users\\Mei\\a.png", "a.png", ()),
        ("../../etc/passwd", "passwd.png", ("renamed",)),
        ("scan.jpg", "scan.png", ("renamed",)),
        ("scan.png.exe", "scan.png", ("renamed",)),
        ("evil\u202egnp.exe", "evilgnp.png", ("renamed",)),
        ("line\r\nSet-Cookie: x.png", "lineSet-Cookie_ x.png", ()),
        ("nul\x00byte.png", "nulbyte.png", ()),
        ("👩\u200d🔬 lab.png", "👩\u200d🔬 lab.png", ()),
        ("می\u200cخواهم.png", "می\u200cخواهم.png", ()),
        ("", "file.png", ("renamed",)),
        (".png", "png.png", ("renamed",)),
        ("..", "file.png", ("renamed",)),
        ('a"b.png', "a_b.png", ()),
        ("字" * 300 + ".png", "字" * 76 + ".png", ()),
    ],
)
def test_the_name_shown_keeps_the_owners_words_and_nothing_that_deceives(
    sent: str, shown: str, changes: tuple[str, ...]
) -> None:
    accepted = examine(corpus.picture("PNG"), sent)
    assert (accepted.name, accepted.changes) == (shown, changes)


TINY = corpus.picture("PNG", size=(2, 2))


@given(st.text(max_size=200))
def test_no_name_whatsoever_breaks_out_of_its_line_or_folder(sent: str) -> None:
    name = examine(TINY, sent).name
    assert name.endswith(".png")
    assert len(name) <= DEFAULT.max_name_characters
    assert not set(name) & set('/\\\r\n\0"\u202e\u2066')
    assert not name.startswith(".")


@given(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"]))
def test_any_bytes_get_a_clear_answer(tail: bytes, head: bytes) -> None:
    refusal = refused(head + tail, "x")
    assert str(refusal)

"""What does a person read who sends a file that nobody should, and what does a reviewer get of one that only wanted mending?

Each file is made here and goes through a real page, that of the papers of a right; every other door asks the same function
(test_upload_doors.py).
"""

import io
import re
import zlib
from html import unescape

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from PIL import Image

from countermark.apps.parties.models import Person
from countermark.apps.rights import services
from countermark.apps.rights.models import Right
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.evidence.refusals import SENTENCES
from evidence import corpus
from people import WEDNESDAY, World, a_world
from portfolio.files_of_rights import MARK

pytestmark = pytest.mark.django_db
OFFICE = "is an Office document, and those can be changed after signing. Save it as PDF, then upload the PDF."


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def right(world) -> Right:
    said = {name: text for name, text in MARK.items() if name != "kind"}
    return services.save_draft(holder=world.halden, kind="trademark", answers=said, at=WEDNESDAY)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sent(person: Person, right: Right, name: str, content: bytes, language: str = "en") -> tuple[int, str]:
    """Status and text of the page after this file was sent in as the certificate."""
    file = SimpleUploadedFile("x", content)
    file.name = name
    Person.objects.filter(pk=person.pk).update(language=language)
    answer = signed_in(Person.objects.get(pk=person.pk)).post(
        reverse("holder:right-papers", args=[right.pk]), {"file-certificate": file}, headers={"Accept-Language": language}
    )
    return answer.status_code, re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())))


REFUSED = {  # what takes long to make is made where it is sent, not where tests are collected
    "a web page that calls itself a PDF": (
        "certificate.pdf", b"<html><!-- %PDF-1.4 --><script>alert(1)</script>",
        "certificate.pdf is a web page, not a PDF or a picture. Print the page to a PDF, then upload the PDF.",
    ),
    "a whole bomb of 400 million pixels in 48 KB": (
        "bomb.png", corpus.a_whole_png_bomb,
        "The picture bomb.png has 20000 x 20000 pixels; at most 50 million can be read. Make it smaller, then upload it again.",
    ),
    "a document with a macro": ("mandate.docm", corpus.word_document_with_macro, f"mandate.docm {OFFICE}"),
    "a sheet with a macro that calls itself a PDF": (
        "prices.pdf", corpus.workbook_with_macro, f"prices.pdf {OFFICE}",
    ),
    "an old document with a macro": ("contract.doc", corpus.old_word_document, f"contract.doc {OFFICE}"),
    "nothing": ("scan.pdf", b"", "scan.pdf is empty (0 bytes). Check that it opens on your device, then upload it again."),
    "ten thousand pages": (
        "long.pdf", lambda: corpus.pdf_with_pages_that_say_so(10_000),
        "The PDF long.pdf has more than 500 pages. Upload the pages that matter here, or split it into several files.",
    ),
    "a drawing with a script": (
        "logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "logo.svg is an SVG drawing, which can carry programs. Export it as PNG, then upload the PNG.",
    ),
    "a moving picture": (
        "mark.gif", lambda: corpus.animated_gif(40, (2000, 2000)),
        "mark.gif is neither PDF nor JPG nor PNG (it looks like image/gif). Save it as one of these, then upload it again.",
    ),
    "a moving picture that calls itself a PNG": ("mark.png", corpus.animated_gif, "mark.png is neither PDF nor JPG nor PNG"),
    "a PDF under a password": (
        "locked.pdf", lambda: corpus.pdf(1, encryption=pikepdf.Encryption(owner="o", user="secret")),
        "The PDF locked.pdf is protected by a password or by restrictions, so nobody could review it. "
        "Save a copy without protection",
    ),
    "a PDF that may not be copied": (
        "locked.pdf", lambda: corpus.pdf(1, encryption=pikepdf.Encryption(owner="o", user="")), "is protected by a password",
    ),
    "a page that unpacks to 200 MB": (
        "plan.pdf", lambda: corpus.pdf_whose_page_unpacks_to(200_000_000),
        "The PDF plan.pdf unpacks to more than can be read safely. Open it, print it to a new PDF, then upload the new file.",
    ),
    "an index that unpacks to 200 MB": (
        "plan.pdf", lambda: corpus.pdf_that_unpacks_to(200_000_000), "The PDF plan.pdf unpacks to more than can be read safely.",
    ),
    "a picture in a PDF that says it has 400 million pixels": (
        "scan.pdf", lambda: corpus.pdf_with_a_picture(20_000, 20_000, zlib.compress(b"")),
        "unpacks to more than can be read safely",
    ),
    "an archive": (
        "all.zip", lambda: corpus.archive(a_dot_pdf="x"),
        "all.zip is an archive. Unpack it, then upload the documents in it one by one, as PDF, JPG or PNG.",
    ),
    "a program": ("setup.pdf", b"MZ" + b"\0" * 300, "setup.pdf is neither PDF nor JPG nor PNG"),
    "a PDF cut short": (
        "cut.pdf", lambda: corpus.pdf(3)[:-60],
        "The PDF cut.pdf is damaged or incomplete. Open it and save it anew (“Print to PDF” does), then upload the new file.",
    ),
    "half a photo": (
        "half.jpg", lambda: corpus.picture("JPEG", size=(400, 300))[:2000],
        "The picture half.jpg cannot be read to its end; the file is damaged or incomplete.",
    ),
    "a name that climbs out": ("../../etc/passwd", b"<!doctype html><html>", "passwd is a web page"),
    "a name that turns around": ("evil\u202efdp.exe", b"<!doctype html><html>", "evilfdp.exe is a web page"),
    "a name of 300 characters": ("字" * 300 + ".pdf", b"<!doctype html><html>", "字" * 80 + " is a web page"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "sentence"), REFUSED.values(), ids=list(REFUSED))
def test_it_is_refused_with_a_sentence_that_names_it_and_the_way_out(world, right, name, content, sentence):
    status, page = sent(world.ines, right, name, content() if callable(content) else content)
    assert status == 422
    assert sentence in page
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("code", SENTENCES)
def test_every_refusal_is_worded_in_chinese(code):
    with translation.override("zh-hans"):
        said = gettext(SENTENCES[code])
    assert said != SENTENCES[code]
    assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", SENTENCES[code]))


def test_the_page_says_it_in_chinese(world, right):
    status, page = sent(world.ines, right, "空.pdf", b"<!doctype html><html>", "zh-hans")
    assert status == 422
    assert "空.pdf 是网页" in page


def kept(world, right, name, content) -> tuple[StoredFile, bytes]:
    """What a reviewer reads of it."""
    status, page = sent(world.ines, right, name, content)
    assert status == 302, page
    file = right.documents.get().file
    answer = signed_in(world.rana).get(reverse("file", args=[file.pk]))
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content == files.read(file)
    return file, answer.content


def test_where_a_photo_was_taken_reaches_nobody(world, right):
    photo = corpus.photo_with_location()
    file, content = kept(world, right, "photo.jpg", photo)
    assert not Image.open(io.BytesIO(content)).getexif()
    assert (file.original_sha256 != file.sha256, b"Maker of Mei" in photo, b"Maker of Mei" in content) == (True, True, False)


def test_an_archive_behind_a_photo_reaches_nobody(world, right):
    _, content = kept(world, right, "photo.jpg", corpus.jpeg_that_is_also_an_archive())
    assert b"PK\x03\x04" not in content and content.endswith(b"\xff\xd9")


def test_a_pdf_that_acts_reaches_a_reviewer_as_one_that_shows(world, right):
    _, content = kept(world, right, "armed.pdf", corpus.pdf(2, corpus.arm_fully))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        whole = b"".join(one.unparse() for one in pdf.objects if isinstance(one, pikepdf.Dictionary))
        assert (len(pdf.pages), dict(pdf.attachments)) == (2, {})
    for trap in (b"JavaScript", b"OpenAction", b"Launch", b"EmbeddedFile", b"SubmitForm", b"RichMedia"):
        assert trap not in whole


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("scan.pdf", "scan.png"),  # a wrong extension is put right
        ("..\\..\\Windows\\mark.png", "mark.png"),
        ("mark\u202egnp.exe", "markgnp.png"),
        ("nul\x00byte.png", "nulbyte.png"),
        ("字" * 300 + ".png", "字" * 76 + ".png"),
        ("line\r\nSet-Cookie: a=b.png", None),
    ],
)
def test_no_name_deceives_or_breaks_out(world, right, name, shown):
    file, _ = kept(world, right, name, corpus.picture("PNG"))
    answer = signed_in(world.rana).get(reverse("file", args=[file.pk]), {"download": "1"})
    assert file.name == (shown or file.name)
    assert not set(file.name) & set('/\\\r\n\0"\u202e') and len(file.name) <= 80
    assert answer["Content-Disposition"].startswith("attachment")
    assert "\n" not in answer["Content-Disposition"] and "Set-Cookie" not in answer.headers

"""Papers of many rights in one ZIP find their rights by number; a ZIP that means harm is refused whole."""

import csv
import io
import stat
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override
from PIL import Image
from typer.testing import CliRunner

from countermark.apps.portfolio import cloning
from countermark.apps.portfolio.papers import LEFT_OUT, place
from countermark.apps.rights import completeness, services
from countermark.apps.rights.models import Right, RightDocument
from countermark.entrypoints.cli import app
from countermark.entrypoints.intake.papers_zip import papers_in
from countermark.entrypoints.intake.refused import FileRefused
from countermark.entrypoints.papers_said import paper_said
from people import WEDNESDAY, a_world
from portfolio.files_of_rights import MARK

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def a_page(colour="brown"):
    file = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, "PNG")
    return file.getvalue()


def a_zip(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    file.seek(0)
    return file


def a_draft(world, **answers):
    said = {name: text for name, text in MARK.items() if name != "kind"}
    return services.save_draft(holder=world.halden, kind="trademark", answers={**said, **answers}, at=WEDNESDAY)


def placed(world, files):
    return [
        (each.name, each.code, each.kind)
        for each in place(holder=world.halden, files=papers_in(a_zip(files)), by=world.ines, at=WEDNESDAY)
    ]


def why(stream):
    with pytest.raises(FileRefused) as caught:
        list(papers_in(stream))
    return caught.value.why


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("55180021.png", "certificate"), ("CN 55180021.png", "certificate"), ("5518-0021.png", "certificate"),
        ("55180021/certificate.png", "certificate"), ("scans/CN55180021/class_page 2.png", "class_page"),
        ("55180021_renewal_certificate.png", "renewal_certificate"), ("55180021 picture.png", "picture"),
        ("55180021 Certificate of renewal.png", "renewal_certificate"),
        ("55180021续展证明.png", "renewal_certificate"), ("第55180021号.png", "certificate"),
        ("CN第55180021号 续展证明 2.png", "renewal_certificate"),
    ],
)  # fmt: skip
def test_a_paper_finds_its_right_and_what_it_is_by_its_name(world, name, kind):
    right = a_draft(world, renewed="yes")
    assert placed(world, {name: a_page()}) == [(name, "attached", kind)]
    right.refresh_from_db()
    kinds = [*right.documents.values_list("kind", flat=True), *(["picture"] if right.picture else [])]
    assert kinds == [kind]


def test_what_finds_no_place_is_said_and_the_others_are_kept(world):
    a_draft(world)
    sent = a_draft(world, number="55180022")
    Right.objects.filter(pk=sent.pk).update(state="pending")
    assert placed(world, {
        "55180021.png": a_page(), "99999999.png": a_page(), "55180022.png": a_page(),
        "55180021 invoice.png": a_page(), "55180021 class_page.png": b"MZ no picture at all", "__MACOSX/55180021.png": b"x",
    }) == [
        ("55180021.png", "attached", "certificate"), ("99999999.png", "no_right", ""),
        ("55180022.png", "right_settled", ""), ("55180021 invoice.png", "paper_unknown", ""),
        ("55180021 class_page.png", "refused", "class_page"),
    ]  # fmt: skip
    assert RightDocument.objects.count() == 1


def test_two_rights_of_one_number_are_not_guessed_between(world):
    a_draft(world)
    a_draft(world, office="US")
    assert placed(world, {"55180021.png": a_page()})[0][1] == "several_rights"


def test_the_same_zip_again_adds_nothing(world):
    a_draft(world)
    files = {"55180021.png": a_page()}
    placed(world, files)
    assert placed(world, files) == [("55180021.png", "there", "certificate")]
    assert RightDocument.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "code", "cure"),
    [
        ("18123456.png", "zeros_lost", "name the file 018123456"), ("EM 1.81E+07.png", "digits_lost", "certificate"),
        ("1.81234E+7 certificate.png", "digits_lost", "certificate"), ("99999999.png", "no_right", "number of the right"),
        ("018123456 invoice.png", "paper_unknown", "certificate, class_page"),
    ],
)  # fmt: skip
def test_a_number_a_spreadsheet_mangled_is_named_with_its_cure_and_never_guessed(world, name, code, cure):
    a_draft(world, office="EM", number="018123456")
    (each,) = place(holder=world.halden, files=papers_in(a_zip({name: a_page()})), by=world.ines, at=WEDNESDAY)
    assert each.code == code and code in LEFT_OUT and cure in paper_said(each)[1]
    assert not RightDocument.objects.exists()


def test_each_file_left_out_says_how_it_finds_its_place(world):
    a_draft(world)
    a_draft(world, office="US")
    sent = a_draft(world, number="55180022")
    Right.objects.filter(pk=sent.pk).update(state="pending")
    files = {"55180021.png": a_page(), "55180022.png": a_page(), "CN 55180021.png": b"no picture"}
    said = {each.name: paper_said(each) for each in place(
        holder=world.halden, files=papers_in(a_zip(files)), by=world.ines, at=WEDNESDAY
    )}  # fmt: skip
    assert (
        "CN 55180021, US 55180021" in said["55180021.png"][1]
        or "CN 55180021 and US 55180021" in said["55180021.png"][1]
    )
    assert "Being verified" in said["55180022.png"][1] and "CN 55180021.png" in said["CN 55180021.png"][1]


@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
def test_a_name_packed_on_a_chinese_computer_is_read_as_it_was_written(world, codec):
    right = a_draft(world, renewed="yes")
    packed = a_zip({"55180021 xx.png": a_page()}).getvalue()
    name = f"55180021 {in_chinese(right)}.png"
    content = renamed(packed, b"55180021 xx.png", name.encode(codec))
    assert [(each.name, each.code, each.kind) for each in place(
        holder=world.halden, files=papers_in(io.BytesIO(content)), by=world.ines, at=WEDNESDAY
    )] == [(name, "attached", "renewal_certificate")]  # fmt: skip


def in_chinese(right):
    asked = completeness.asked_documents(right.kind, right.fields, is_agent=False)
    with override("zh-hans"):
        return gettext(next(paper.label for paper in asked if paper.id == "renewal_certificate"))


def renamed(packed, old, new):
    """The ZIP with another name in its bytes, without the mark of UTF-8, as old packers write it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo("x" * len(new))
        archive.writestr(entry, zipfile.ZipFile(io.BytesIO(packed)).read(old.decode()))
    return file.getvalue().replace(b"x" * len(new), new)


def test_a_zip_damaged_anywhere_is_refused_before_anything_of_it_is_kept(world):
    a_draft(world)
    a_draft(world, number="55180022")
    content = bytearray(a_zip({"55180021.png": a_page(), "55180022.png": bytes(range(256)) * 40}).getvalue())
    at = content.find(b"55180022.png") + 20
    content[at : at + 8] = b"\xff" * 8
    with pytest.raises(FileRefused) as caught:
        list(place(holder=world.halden, files=papers_in(io.BytesIO(bytes(content))), by=world.ines, at=WEDNESDAY))
    assert caught.value.why == "broken" and "55180022.png" in str(caught.value)
    assert not RightDocument.objects.exists()


def test_a_locked_zip_is_refused():
    content = bytearray(a_zip({"1.pdf": b"x"}).getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + at] |= 1
    assert why(io.BytesIO(bytes(content))) == "zip_locked"


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>'


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (ENTITIES, "an XML with an outside entity"), (b"<html><script>alert(1)</script>", "a page with a script"),
        (b"=cmd|' /C calc'!A0,1\r\n", "a table"), (b"", "nothing"), (b"PK\x03\x04" + b"\0" * 40, "a ZIP in the ZIP"),
    ],
)  # fmt: skip
def test_what_is_no_paper_is_named_and_never_kept(world, content, what):
    a_draft(world)
    (each,) = place(holder=world.halden, files=papers_in(a_zip({"55180021.pdf": content})), by=world.ines, at=WEDNESDAY)
    assert each.code == "refused" and "55180021.pdf" in paper_said(each)[1], what
    assert not RightDocument.objects.exists()


def at_the_command_line(*arguments):
    result = CliRunner().invoke(app, ["rights", "papers", *arguments])
    return result.exit_code, result.output


def test_papers_come_in_at_the_command_line_and_no_cell_of_the_result_is_a_formula(world, tmp_path):
    a_draft(world)
    file, result = tmp_path / "papers.zip", tmp_path / "result.csv"
    file.write_bytes(a_zip({"55180021.png": a_page(), "=1+1.png": a_page(), "@SUM(1).png": a_page()}).getvalue())
    code, text = at_the_command_line(str(file), "--holder", str(world.halden.pk), "--result", str(result))
    assert code == 1 and "3 files: 1 added, 0 there already, 2 left out" in text
    assert "=1+1.png: No right of yours has such a number. Name it after" in text
    rows = list(csv.reader(result.read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == ["55180021.png", "'=1+1.png", "'@SUM(1).png"]
    assert rows[1][2:5] == ["CN", "55180021", "FJELL"]
    file.write_bytes(a_zip({"55180021.png": a_page()}).getvalue())
    assert at_the_command_line(str(file), "--holder", str(world.halden.pk)) == (
        0,
        "1 files: 0 added, 1 there already, 0 left out\n",
    )


@pytest.mark.parametrize("name", ["../../etc/55180021.png", "/etc/55180021.png", "a\\..\\..\\55180021.png", "C:/x.png"])
def test_a_name_that_leads_out_of_the_zip_refuses_all_of_it(world, name):
    a_draft(world)
    with pytest.raises(FileRefused):
        placed(world, {"55180021.png": a_page(), name: a_page()})
    assert not RightDocument.objects.exists()


def test_a_link_bomb_or_crowd_is_refused():
    link = zipfile.ZipInfo("55180021.pdf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(link, "/etc/passwd")
    assert why(file) == "zip_path"
    assert why(a_zip({"1.pdf": b"\0" * 101_000_000})) == "bomb"
    assert why(a_zip({f"{n}.pdf": b"" for n in range(301)})) == "zip_files"
    assert why(a_zip({})) == "zip_empty"
    assert why(io.BytesIO(b"no zip")) == "broken"


def test_a_size_that_lies_is_not_believed():
    content = bytearray(a_zip({"1.pdf": b"\0" * 101_000_000}).getvalue())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")  # the directory says ten bytes
    assert why(io.BytesIO(bytes(content))) in ("bomb", "broken")


def test_ines_adds_papers_and_copies_a_right_on_the_pages(world):
    right = a_draft(world)
    ines = Client()
    ines.force_login(world.ines, backend="django.contrib.auth.backends.ModelBackend")
    file = SimpleUploadedFile("papers.zip", a_zip({"55180021.png": a_page()}).getvalue())
    page = ines.post(reverse("holder:import-papers"), {"file": file})
    assert page.status_code == 200 and "1 paper was added" in page.content.decode()
    assert ines.post(reverse("holder:import-papers"), {}).status_code == 422
    assert ines.post(reverse("holder:right-clone", args=[right.pk])).status_code == 302
    other = a_world()
    otto = Client()
    otto.force_login(other.ines, backend="django.contrib.auth.backends.ModelBackend")
    assert otto.post(reverse("holder:right-clone", args=[right.pk])).status_code == 404


def test_a_copy_has_the_answers_but_neither_number_nor_days_nor_papers(world):
    right = a_draft(world)
    services.attach_document(
        right=right, content=a_page(), name="a.png", kind="certificate", by=world.ines, at=WEDNESDAY
    )
    copy = cloning.clone(right=right, by=world.ines, at=WEDNESDAY)
    assert copy.fields == {k: v for k, v in right.fields.items() if k not in ("number", "expires_on")}
    assert (copy.state, copy.number, copy.expires_on, copy.documents.count()) == ("draft", "", None, 0)
    assert copy.events.get().event == "cloned"

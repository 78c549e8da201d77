"""Papers of many rights in one ZIP find their rights by number; a ZIP that means harm is refused whole."""

import io
import stat
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from countermark.apps.portfolio import cloning
from countermark.apps.portfolio.papers import place
from countermark.apps.rights import services
from countermark.apps.rights.models import Right, RightDocument
from countermark.entrypoints.intake.papers_zip import papers_in
from countermark.entrypoints.intake.refused import FileRefused
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

"""What rights holders see of screening: what was found for them, what is looked for, whom they allow; and who verifies it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from countermark.apps.parties.models import Holder, Membership, Person
from countermark.apps.screening import links, references
from countermark.apps.screening.engine import ScreeningUnavailable
from countermark.apps.screening.models import Allowed, Opinion, Reference, SellerLink
from countermark.apps.work.models import StoredFile
from findings import a_finding, words_met
from people import World, a_complaint, a_right, a_world, acts_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def browser_of(person: Person) -> Client:
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def ines(world) -> Client:
    return browser_of(world.ines)


@pytest.fixture
def rana(world) -> Client:
    return browser_of(world.rana)


def text(answer: Any) -> str:
    return answer.content.decode()


def a_picture(seed: int = 1, name: str = "lamp.png") -> SimpleUploadedFile:
    coarse = np.random.default_rng(seed).integers(0, 255, (12, 16, 3)).astype("uint8")
    out = io.BytesIO()
    Image.fromarray(coarse).resize((320, 240), Image.Resampling.BICUBIC).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue())


def page(name: str, *args: Any) -> str:
    return reverse(f"holder:{name}", args=args)


def a_word(world: World, text: str = "FJELL", **changes: Any) -> Reference:
    now = timezone.now()
    usual = {"right": world.mark, "made_at": now, "made_by": world.ines, "due_at": now + timedelta(days=3)}
    return Reference.objects.create(kind="word", text=text, **{**usual, **changes})


# --- what was found -------------------------------------------------------------------------------------------------------


def test_ines_sees_what_was_found_for_her_with_the_stretch_that_was_met(world, ines):
    found = a_finding(world, mode="blocking")
    listed = text(ines.get(page("screening")))
    assert "<mark>Hаlden</mark>" in listed
    assert page("found", found.pk) in listed
    shown = text(ines.get(page("found", found.pk)))
    assert "What was met" in shown
    assert "Let this listing go" in shown


def test_nothing_of_others_and_nothing_on_trial_is_there(world, ines):
    trial = a_finding(world, mode="shadow", done="noted", state="closed")
    other = Holder.objects.create(name="Sons", kind="enterprise", location="other", contact_email="o@sons.example")
    foreign = a_finding(world, mode="blocking")
    foreign.rights.set([a_right(other, number="77")])
    assert "Nothing was found under your rights yet" in text(ines.get(page("screening")))
    for row in (trial, foreign):
        assert ines.get(page("found", row.pk)).status_code == 404
        assert ines.post(page("found", row.pk)).status_code == 404
    assert browser_of(world.rana).get(page("screening")).status_code == 403


def test_the_table_holds_no_formula_and_what_spoke_for_others_is_left_out(world, ines):
    other = Holder.objects.create(name="Sons", kind="enterprise", location="other", contact_email="o@sons.example")
    theirs = a_right(other, number="77", name="SONS")
    met = [words_met(world), {**words_met(world, observed="S0NS", canonical="SONS"), "about": f"right:{theirs.pk}"}]
    found = a_finding(world, title="=HYPERLINK(1)", mode="blocking", signals=met)
    found.rights.add(theirs)
    table = text(ines.get(page("screening") + "?csv=1"))
    assert "'=HYPERLINK(1)" in table
    assert "SONS" not in table + text(ines.get(page("found", found.pk)))


def test_what_she_lets_go_is_let_go_and_the_page_says_so(world, ines):
    found = a_finding(world, mode="blocking")
    after = ines.post(page("found", found.pk), {"words": "Ours."}, follow=True)
    assert "You let it go" in text(after)
    assert Opinion.objects.get(finding=found).source == "holder"
    assert "Let this listing go" not in text(after)


def test_two_holders_rights_are_not_for_one_to_let_go(world, ines):
    other = Holder.objects.create(name="Sons", kind="enterprise", location="other", contact_email="o@sons.example")
    found = a_finding(world, mode="blocking")
    found.rights.add(a_right(other, number="77"))
    assert "under a right of somebody else, too" in text(ines.get(page("found", found.pk)))
    refused = ines.post(page("found", found.pk))
    assert (refused.status_code, "You alone cannot let this listing go" in text(refused)) == (409, True)


@pytest.mark.parametrize(
    "query", ["became=stopped", "became=nonsense", "right=9999999999999999999", "q=%00x", "page=99"]
)
def test_whatever_stands_in_the_address_the_list_is_drawn(world, ines, query):
    a_finding(world, mode="blocking")
    assert ines.get(f"{page('screening')}?{query}").status_code == 200


def test_a_page_of_many_findings_takes_no_more_statements_than_one_of_few(world, ines, django_assert_max_num_queries):
    a_finding(world, mode="blocking")
    ines.get(page("screening"))
    for _ in range(30):
        a_finding(world, mode="blocking")
    with django_assert_max_num_queries(16):
        ines.get(page("screening"))


# --- sellers who may --------------------------------------------------------------------------------------------------------


def test_from_a_finding_the_seller_is_allowed_once_and_it_ends_again(world, ines):
    found = a_finding(world, mode="blocking")
    asked = {"finding": found.pk, "right": world.mark.pk}
    ines.post(page("allowed"), asked)
    ines.post(page("allowed"), asked)
    row = Allowed.objects.get(ended_at=None)
    assert (row.seller, row.right, row.by) == (world.mei, world.mark, world.ines)
    assert world.mei.name in text(ines.get(page("allowed")))
    ines.post(page("allowed-end", row.pk))
    assert not Allowed.objects.filter(ended_at=None).exists()


def test_what_is_missing_of_a_seller_to_allow_is_named_and_nothing_lost(world, ines):
    answer = ines.post(page("allowed"), {"marketplace": world.market.slug, "seller": "nobody\0"})
    assert answer.status_code == 422
    assert 'href="#seller"' in text(answer)
    assert 'href="#right"' in text(answer)
    assert 'value="nobody"' in text(answer)
    assert ines.post(page("allowed-end", 1)).status_code == 404


# --- words and pictures -----------------------------------------------------------------------------------------------------


def test_ines_adds_words_and_pictures_at_once(world, ines):
    sent = {
        "right": world.mark.pk,
        "words": "FJELL lys\n\n  FJELL lykt ",
        "pictures": [a_picture(1), a_picture(2, "two.png")],
    }
    after = ines.post(page("reference-add"), sent, follow=True)
    assert "We look at it within three working days" in text(after)
    assert sorted(Reference.objects.values_list("kind", "text")) == [
        ("picture", ""), ("picture", ""), ("word", "FJELL lykt"), ("word", "FJELL lys")
    ]  # fmt: skip


def test_nothing_that_was_sent_is_lost_when_something_is_wrong(world, ines):
    sent = {"right": world.mark.pk, "words": "F\nFJELL lys", "pictures": [a_picture()]}
    back = ines.post(page("reference-add"), sent)
    assert (back.status_code, "would be found everywhere" in text(back)) == (422, True)
    file = StoredFile.objects.get()
    assert f'name="kept" value="{file.pk}"' in text(back)
    ines.post(page("reference-add"), {"right": world.mark.pk, "words": "FJELL lys", "kept": file.pk})
    assert set(Reference.objects.values_list("file", flat=True)) == {None, file.pk}


def test_a_file_of_somebody_else_and_a_right_of_others_are_not_taken(world, ines):
    theirs = StoredFile.objects.create(
        sha256="1" * 64, original_sha256="1" * 64, name="a.png", media_type="image/png", size=1,
        uploaded_by=world.rana, uploaded_at=timezone.now(),
    )  # fmt: skip
    assert ines.post(page("reference-add"), {"right": world.mark.pk, "kept": theirs.pk}).status_code == 422
    other = Holder.objects.create(name="Sons", kind="enterprise", location="other", contact_email="o@sons.example")
    foreign = a_right(other, number="77")
    assert ines.post(page("reference-add"), {"right": foreign.pk, "words": "sons"}).status_code == 404
    assert ines.post(page("reference-end", a_word(world, right=foreign).pk)).status_code == 404


def test_where_pictures_cannot_be_read_the_words_stay_on_the_page(world, ines, monkeypatch):
    def missing(file: Any) -> Any:
        raise ScreeningUnavailable("cv2")

    monkeypatch.setattr(references, "_seen", missing)
    back = ines.post(page("reference-add"), {"right": world.mark.pk, "words": "FJELL lys", "pictures": [a_picture()]})
    assert (back.status_code, "FJELL lys" in text(back), "are not installed" in text(back)) == (422, True, True)


def test_a_viewer_reads_and_changes_nothing(world):
    vera = Person.objects.create_user("vera@halden-moe.example", name="Vera")
    Membership.objects.create(person=vera, holder=world.halden, role="viewer")
    word, browser = a_word(world), browser_of(vera)
    assert "FJELL" in text(browser.get(page("references")))
    assert browser.post(page("reference-end", word.pk)).status_code == 403
    assert Reference.objects.get().state == "pending"


def test_a_picture_of_the_account_is_seen_by_all_its_members_and_by_nobody_else(world, ines):
    ines.post(page("reference-add"), {"right": world.mark.pk, "pictures": [a_picture()]})
    address = reverse("file", args=[StoredFile.objects.get().pk])
    vera = Person.objects.create_user("vera@halden-moe.example", name="Vera")
    assert browser_of(vera).get(address).status_code == 404
    Membership.objects.create(person=vera, holder=world.halden, role="viewer")
    assert browser_of(vera).get(address).status_code == 200


def test_why_a_word_came_back_is_read_and_its_end_is_hers(world, ines):
    word = a_word(world, "<b>FJELL</b>", state="returned", note="<i>Not a mark.</i>")
    shown = text(ines.get(page("references")))
    assert "&lt;i&gt;Not a mark.&lt;/i&gt;" in shown
    assert page("reference-end", word.pk) not in shown
    live = a_word(world, "FJELL two", state="in_force")
    ines.post(page("reference-end", live.pk))
    assert Reference.objects.get(pk=live.pk).state == "ended"


def test_the_reviewer_looks_at_what_waits_and_the_next_one_comes_up(world, rana):
    first, second = a_word(world), a_word(world, "FJELL lys")
    assert "2 words and pictures to look for wait" in text(rana.get(reverse("reviewer:rights")))
    assert "FJELL lys" in text(rana.get(reverse("reviewer:references")))
    here = reverse("reviewer:reference", args=[first.pk])
    assert "HALDEN &amp; MOE" in text(rana.get(here))
    assert rana.post(here, {"answer": "return", "note": ""}).status_code == 422
    after = rana.post(here, {"answer": "accept"})
    assert after["Location"] == reverse("reviewer:reference", args=[second.pk])
    assert rana.post(here, {"answer": "accept"}).status_code == 409  # a stale page
    assert rana.post(after["Location"], {"answer": "return", "note": "An ordinary word."}).status_code == 302
    assert list(Reference.objects.order_by("pk").values_list("state", flat=True)) == ["in_force", "returned"]
    assert "No word or picture waits" in text(rana.get(reverse("reviewer:references")))


# --- sellers that belong together -------------------------------------------------------------------------------------------


def linked(world: World) -> SellerLink:
    one, other = sorted((world.mei, world.otto), key=lambda seller: seller.pk)
    shared = {"identifiers": [{"kind": "bank", "sellers": 3}]}
    return SellerLink.objects.create(
        one=one, other=other, kind="identifier", strength=0.95, evidence=shared, found_at=timezone.now()
    )


def test_the_reviewer_reads_beside_a_finding_who_belongs_together_and_why(world, rana):
    linked(world)
    shown = text(rana.get(reverse("reviewer:finding", args=[a_finding(world).pk])))
    assert "Belongs together with" in shown
    assert "Both gave the marketplace the same bank account. One more seller has it, too." in shown


def test_a_case_file_names_who_the_seller_belongs_together_with(world, rana):
    case = a_complaint(world)
    here = reverse("reviewer:timeline", args=[case.number])
    assert "Belongs together with" not in text(rana.get(here))
    linked(world)
    assert "Both gave the marketplace the same bank account." in text(rana.get(here))


def test_a_link_is_denied_with_words_and_stays_on_the_page_as_denied(world, rana):
    link = linked(world)
    here = reverse("reviewer:seller-links", args=[world.mei.pk])
    assert "Otto&#x27;s Attic" in text(rana.get(here))
    missing = rana.post(here, {"other": world.otto.pk, "words": " "})
    assert (missing.status_code, f'href="#words-{world.otto.pk}"' in text(missing)) == (422, True)
    after = text(rana.post(here, {"other": world.otto.pk, "words": "Two <b>sisters</b>."}, follow=True))
    assert "Two &lt;b&gt;sisters&lt;/b&gt;." in after
    assert links.linked(world.mei.pk) == frozenset()
    link.delete()
    assert rana.post(here, {"other": world.otto.pk, "words": "No."}).status_code == 409
    assert rana.get(reverse("reviewer:seller-links", args=[999999])).status_code == 404


def test_no_seller_reads_links(world):
    linked(world)
    mei = Person.objects.create_user("mei@lantern.example", name="Mei")
    acts_for(mei, world.mei)
    assert browser_of(mei).get(reverse("reviewer:seller-links", args=[world.mei.pk])).status_code == 403

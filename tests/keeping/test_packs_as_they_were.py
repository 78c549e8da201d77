"""Does a running case keep the rules it was opened under, whatever a later version ships?"""

from datetime import timedelta

import pytest

from countermark.apps.complaints.held import glance
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.work import packs
from countermark.apps.work.models import PackText
from countermark.core import procedure_loader
from people import WEDNESDAY, a_notice, a_world, happens

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """The folder of shipped packs, to be changed as a later version would change it."""
    folder = tmp_path / "procedures"
    folder.mkdir()
    for file in procedure_loader.FOLDER.rglob("*.toml"):
        copy = folder / file.relative_to(procedure_loader.FOLDER)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(file.read_text("utf-8"), "utf-8")
    yield Shipped(folder, monkeypatch)
    procedure_loader.load.cache_clear()


class Shipped:
    def __init__(self, folder, monkeypatch):
        self.folder, self.patch, self.first = folder, monkeypatch, procedure_loader.FOLDER

    def later(self, *changes):
        """A version whose platform pack differs in these places."""
        text = (self.first / "platform.toml").read_text("utf-8")
        for before, after in changes:
            assert before in text
            text = text.replace(before, after, 1)
        (self.folder / "platform.toml").write_text(text, "utf-8")
        self._stand(self.folder)

    def earlier(self):
        self._stand(self.first)

    def _stand(self, folder):
        self.patch.setattr(procedure_loader, "FOLDER", folder)
        procedure_loader.load.cache_clear()


LONGER = ("amount = [3, 7, 7]", "amount = [5, 9, 9]")


def served(world, at=WEDNESDAY):
    case = a_notice(world, at=at).complaints.get()
    return happens(happens(case, "accepted", "reviewer", at), "served", "", at)


def days_of(case):
    case.refresh_from_db()
    return case.due_at - WEDNESDAY


def test_seller_told_before_an_upgrade_keeps_the_days_then_promised_and_a_new_case_has_the_new_ones(shipped):
    world = a_world()
    old = served(world)
    waiting = happens(a_notice(world, at=WEDNESDAY).complaints.get(), "accepted", "reviewer", WEDNESDAY)
    shipped.later(LONGER)
    new = served(world)
    happens(waiting, "served", "", WEDNESDAY)  # told after the upgrade, in a case from before it
    assert days_of(waiting) == days_of(old)
    assert days_of(new) > days_of(old)
    shipped.earlier()  # the upgrade is taken back: the case opened under the newer rules keeps those
    answered = happens(new, "counter_notice_filed", "seller", WEDNESDAY + timedelta(hours=1))
    assert glance([answered.pk])[0].procedure.digest == new.notice.pack_digest
    assert new.notice.pack_digest != procedure_loader.load("platform").digest


def test_the_same_pack_twice_is_kept_once():
    world = a_world()
    a_notice(world), a_notice(world)
    assert PackText.objects.filter(pack="platform").count() == 1
    kept = PackText.objects.get(pack="platform")
    assert procedure_loader.parse(kept.text, file="platform.toml", common=kept.common).digest == kept.digest


def test_a_case_whose_rules_nobody_kept_is_refused_and_not_walked_by_others():
    case = a_notice(a_world()).complaints.get()
    Notice.objects.update(pack_digest="f" * 64)
    with pytest.raises(packs.PackNotKept, match="platform with digest ffffffffffff"):
        glance([case.pk])


def test_every_shipped_pack_is_kept_before_a_later_version_ships_others():
    packs.keep_shipped(at=WEDNESDAY)
    assert set(PackText.objects.values_list("pack", flat=True)) == set(procedure_loader.pack_ids())


def test_cases_from_before_packs_were_kept_walk_on_as_they_did_until_then():
    case = a_notice(a_world()).complaints.get()
    Notice.objects.update(pack_digest="e" * 64)
    PackText.objects.all().delete()
    packs.keep_shipped(at=WEDNESDAY, used=Notice.objects.values_list("pack", "pack_digest").distinct())
    assert glance([case.pk])[0].case.state == Complaint.objects.get(pk=case.pk).state

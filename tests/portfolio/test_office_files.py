"""Records of an office, and what TMview exports, become rights as the register has them."""

import pytest

from an_office_record import HALDEN, st66, st66_mark, st96
from countermark.apps.portfolio import running, staging
from countermark.apps.rights.models import Right
from people import WEDNESDAY, a_world
from portfolio.files_of_rights import read

pytestmark = pytest.mark.django_db
TMVIEW = (
    "Trade mark name,Trade mark office,Registration number,Trade mark type,Applicant name,Nice class,Registration date,"
    "Expiry date,Trade mark status\r\n"
    'FJELL,EM - EUIPO,018123456,Word,Halden & Moe AS,"9,11",2019-03-05,2036-09-20,Registered\r\n'
    "GAMMEL,EM - EUIPO,018123457,Word,Halden & Moe AS,11,2009-03-05,2019-03-05,Expired\r\n"
)


def stored(content, name="records.xml"):
    world = a_world()
    source = staging.stage(holder=world.halden, by=world.ines, file=read(content, name), at=WEDNESDAY)
    running.start(source=source, at=WEDNESDAY, now=WEDNESDAY)
    running.run(source.pk, at=WEDNESDAY)
    source.refresh_from_db()
    return source


@pytest.mark.parametrize(("form", "content"), [("st96", st96()), ("st66", st66(st66_mark()))])
def test_a_record_of_the_uspto_becomes_a_draft_of_which_the_form_asks_the_rest(form, content):
    source = stored(content)
    assert (source.form, source.counts) == (form, {"new": 1})
    right = Right.objects.get(state="draft")
    assert (right.office, right.number, right.name, right.owner_name) == ("US", "7654321", "FJELL", HALDEN)
    assert right.classes == [9, 11] and "assigned" not in right.fields  # what nobody said is not taken for a no


def test_an_export_of_tmview_is_read_and_what_has_ended_stays_out():
    source = stored(TMVIEW.encode(), "tmview.csv")
    assert (source.form, source.counts) == ("tmview", {"new": 1, "mend": 1})
    assert (Right.objects.get(state="draft").office, Right.objects.get(state="draft").number) == ("EM", "018123456")
    assert "import_ended" in [code for code, *_ in source.rows.get(verdict="mend").defects]

"""Data from before mandates had rows of their own comes through: forward to the right values, and back to what it was.

The tables are emptied of nothing: rows are written as an old version wrote them, through the models of that version.
"""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

import as_migrated

BEFORE = [("complaints", "0011_mandates"), ("mandates", "0001_initial")]
PAPERS = [("complaints", "0012_papers_become_mandates"), ("mandates", "0001_initial")]
NUMBERS = [("mandates", "0003_numbers_once")]
DAY = datetime(2025, 11, 3, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def migrated(targets):
    """The models as they are after this migration; of other apps as far as they are applied."""
    MigrationExecutor(connection).migrate(targets)
    loader = MigrationExecutor(connection).loader
    return loader.project_state([key for key in loader.applied_migrations if key in loader.graph.nodes]).apps


@pytest.fixture
def back_to_now(transactional_db):
    yield
    as_migrated.comes_back()


def old_rows(apps):
    """An agent with four rights and an owner with one; the first has two papers, the fourth none, the third is not verified."""
    holders, rights = apps.get_model("parties", "Holder").objects, apps.get_model("rights", "Right").objects
    files = apps.get_model("work", "StoredFile").objects
    known = {"kind": "enterprise", "location": "other"}
    agent = holders.create(name="Ayo & Partners", contact_email="ayo@x.example", is_agent=True, **known)
    owner = holders.create(name="Halden & Moe AS", contact_email="ip@x.example", is_agent=False, **known)

    def file(n):
        return files.create(sha256=f"{n:064}", original_sha256=f"{n:064}", name="poa.pdf", media_type="application/pdf",
                            size=1, uploaded_at=DAY)  # fmt: skip

    def right(holder, n, papers=1, verified=DAY, **fields):
        row = rights.create(
            holder=holder, kind="trademark", state="approved", name=f"MARK {n}", owner_name="Fjell AS", created_at=DAY,
            submitted_at=DAY, verified_at=verified, fields=fields,
        )  # fmt: skip
        for each in range(papers):
            row.documents.create(file=file(10 * n + each), kind="mandate")
        return row

    return {
        "ends": right(agent, 1, papers=2, mandate_ends_on="2026-12-31"),
        "endless": right(agent, 2, mandate_ends_on="31/12/2026"),
        "unverified": right(agent, 3, verified=None),
        "paperless": right(agent, 4, papers=0),
        "owners": right(owner, 5),
    }


def notice_on(apps, right, role):
    place, _ = apps.get_model("parties", "Marketplace").objects.get_or_create(
        slug="harbour", defaults={"name": "Harbour Market", "territory": "*", "calendar": "CN", "zone": "Asia/Shanghai"}
    )
    key, _ = apps.get_model("work", "SubjectKey").objects.get_or_create(subject="holder:1")
    said = apps.get_model("work", "SealedText").objects.create(key=key, digest="0" * 64, salt=b"", sealed=b"")
    notices = apps.get_model("complaints", "Notice").objects
    return notices.create(
        number=f"N-2025-{right.pk:06}", holder=right.holder, right=right, marketplace=place, filer_role=role,
        filer_name=right.holder.name, filer_email="x@x.example", reason="TM-4", pack="platform", pack_version="1",
        pack_digest="0" * 64, statement=said, submitted_at=DAY,
    )  # fmt: skip


def test_papers_verified_with_rights_become_mandates_keep_their_digits_and_go_back(back_to_now, subtests):
    """One test, for the way back to where it begins is long."""
    old = migrated(BEFORE)
    rows = old_rows(old)
    under, own = notice_on(old, rows["ends"], "agent").pk, notice_on(old, rows["owners"], "right_holder").pk
    waiting = notice_on(old, rows["unverified"], "agent").pk

    new = migrated(PAPERS)
    with subtests.test("papers verified with rights become mandates"):
        papers_became_mandates(new, rows)
        notices = new.get_model("complaints", "Notice").objects
        assert notices.get(pk=under).mandate_id == mandate_of(new, rows["ends"]).pk
        assert notices.get(pk=own).mandate_id is None and notices.get(pk=waiting).mandate_id is None

    newest = migrated(NUMBERS)
    with subtests.test("mandates keep their digits, and new ones count on"):
        mandates_keep_their_digits(newest, rows)
    middle = newest.get_model("mandates", "Mandate").objects.latest("pk")
    sub = newest.get_model("mandates", "Mandate").objects.create(
        number="POA-2025-900000", agent=middle.agent, parent=middle, offered_to="s@x.example", state="offered",
        created_at=DAY,
    )  # fmt: skip
    back = migrated(PAPERS)
    with subtests.test("nobody knows the end of a mandate passed on any more"):
        passed_on = back.get_model("mandates", "Mandate").objects.get(pk=sub.pk)
        assert passed_on.state == "revoked"
    passed_on.delete()

    again = migrated(BEFORE)
    with subtests.test("they go back"):
        assert not again.get_model("mandates", "Mandate").objects.exists()
        assert again.get_model("complaints", "Notice").objects.get(pk=under).mandate_id is None
        assert again.get_model("rights", "RightDocument").objects.filter(kind="mandate").count() == 5


def mandate_of(version, right):
    return version.get_model("mandates", "Mandate").objects.get(rights=right.pk)


def papers_became_mandates(version, rows):
    """Those of the agent that were verified and have a paper."""
    made = {row.rights.get().pk for row in version.get_model("mandates", "Mandate").objects.all()}
    assert made == {rows["ends"].pk, rows["endless"].pk}
    first, second = mandate_of(version, rows["ends"]), mandate_of(version, rows["endless"])
    assert (first.agent.name, first.principal_name, first.state) == ("Ayo & Partners", "Fjell AS", "in_force")
    assert first.ends_on == date(2026, 12, 31) and first.look_at > datetime(2026, 12, 31, tzinfo=UTC)
    # no day that could be read: it allows what it allowed before
    assert (second.ends_on, second.look_at) == (None, None)
    assert first.powers == ["file", "answer", "withdraw", "settle"] and not first.all_rights and first.all_marketplaces
    assert first.paper.sha256 == f"{10:064}" and first.verified_at == DAY  # the first of its papers


def mandates_keep_their_digits(version, rows):
    mandates = version.get_model("mandates", "Mandate").objects.order_by("pk")
    assert [row.number for row in mandates] == [f"POA-2025-{row.pk:06}" for row in mandates]
    last = version.get_model("work", "NumberSeries").objects.get(series="POA-2025").last
    assert last == mandates.latest("pk").pk
    reminded = mandate_of(version, rows["ends"]).remind_at
    assert reminded is not None and reminded.date() <= date(2026, 10, 3)  # 90 days before 31 December

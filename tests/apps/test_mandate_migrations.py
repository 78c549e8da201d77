"""Data from before mandates had rows of their own comes through: forward to the right values, and back to what it was.

The tables are emptied of nothing: rows are written as an old version wrote them, through the models of that version.
"""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

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
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


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


def test_papers_verified_with_rights_become_mandates_and_go_back(back_to_now):
    old = migrated(BEFORE)
    rows = old_rows(old)
    under, own = notice_on(old, rows["ends"], "agent").pk, notice_on(old, rows["owners"], "right_holder").pk
    waiting = notice_on(old, rows["unverified"], "agent").pk

    new = migrated(PAPERS)
    mandates, notices = new.get_model("mandates", "Mandate").objects, new.get_model("complaints", "Notice").objects
    made = {row.rights.get().pk: row for row in mandates.order_by("pk")}
    assert set(made) == {rows["ends"].pk, rows["endless"].pk}  # of the agent, verified, and with a paper
    first, second = made[rows["ends"].pk], made[rows["endless"].pk]
    assert (first.agent.name, first.principal_name, first.state) == ("Ayo & Partners", "Fjell AS", "in_force")
    assert first.ends_on == date(2026, 12, 31) and first.look_at > datetime(2026, 12, 31, tzinfo=UTC)
    assert (second.ends_on, second.look_at) == (
        None,
        None,
    )  # no day that could be read: it allows what it allowed before
    assert first.powers == ["file", "answer", "withdraw", "settle"] and not first.all_rights and first.all_marketplaces
    assert first.paper.sha256 == f"{10:064}" and first.verified_at == DAY  # the first of its papers
    assert notices.get(pk=under).mandate_id == first.pk
    assert notices.get(pk=own).mandate_id is None and notices.get(pk=waiting).mandate_id is None

    again = migrated(BEFORE)
    assert not again.get_model("mandates", "Mandate").objects.exists()
    assert again.get_model("complaints", "Notice").objects.get(pk=under).mandate_id is None
    assert again.get_model("rights", "RightDocument").objects.filter(kind="mandate").count() == 5


def test_mandates_keep_their_digits_and_new_ones_count_on(back_to_now):
    old = migrated(BEFORE)
    rows = old_rows(old)
    middle = migrated(PAPERS)
    first = middle.get_model("mandates", "Mandate").objects.get(rights=rows["ends"].pk)

    new = migrated(NUMBERS)
    mandates = new.get_model("mandates", "Mandate").objects
    assert [row.number for row in mandates.order_by("pk")] == [
        f"POA-2025-{row.pk:06}" for row in mandates.order_by("pk")
    ]
    newest = mandates.latest("pk")
    assert new.get_model("work", "NumberSeries").objects.get(series="POA-2025").last == newest.pk
    reminded = mandates.get(pk=first.pk).remind_at
    assert reminded is not None and reminded.date() <= date(2026, 10, 3)  # 90 days before 31 December
    sub = mandates.create(
        number="POA-2025-900000", agent=newest.agent, parent=newest, offered_to="s@x.example", state="offered",
        created_at=DAY,
    )  # fmt: skip

    back = migrated([("mandates", "0001_initial"), ("complaints", "0012_papers_become_mandates")])
    assert (
        back.get_model("mandates", "Mandate").objects.get(pk=sub.pk).state == "revoked"
    )  # nobody knows its end any more

"""Powers of attorney that were verified with a right become mandates for this right alone, and notices rest on them.

They allow what they allowed before: every power, at every marketplace, until the day they named. A paper of a right that is not
verified yet stays with its right.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import migrations

POWERS = ["file", "answer", "withdraw", "settle"]


def become(apps, schema_editor):
    papers = apps.get_model("rights", "RightDocument").objects.filter(kind="mandate", right__holder__is_agent=True)
    papers = papers.exclude(right__verified_at=None).select_related("right").order_by("right_id", "pk")
    seen = set()
    for paper in papers.iterator():
        if paper.right_id not in seen:
            seen.add(paper.right_id)
            _become(apps, paper)


def _become(apps, paper):
    right, Mandate = paper.right, apps.get_model("mandates", "Mandate")
    ends = _day(right.fields.get("mandate_ends_on", ""))
    row = Mandate.objects.create(
        agent_id=right.holder_id, principal_name=right.owner_name, all_rights=False, powers=POWERS, ends_on=ends,
        state="in_force", paper_id=paper.file_id, is_own_text=True, created_at=right.created_at,
        submitted_at=right.submitted_at, verified_at=right.verified_at, verified_by_id=right.verified_by_id,
        look_at=_over_at(ends),
    )  # fmt: skip
    row.rights.add(right)
    event = apps.get_model("mandates", "MandateEvent")
    event.objects.create(mandate=row, event="migrated", side="clock", at=right.verified_at, told_at=right.verified_at)
    filed = apps.get_model("complaints", "Notice").objects.filter(right=right, filer_role="agent", mandate=None)
    filed.filter(holder_id=right.holder_id).update(mandate=row)


def _day(text):
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError:
        return None


def _over_at(day):
    if day is None or day.year >= 9000:
        return None
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings.TIME_ZONE))


def back(apps, schema_editor):
    """The papers are still with their rights; what was made of them goes."""
    made = apps.get_model("mandates", "Mandate").objects.filter(events__event="migrated")
    apps.get_model("complaints", "Notice").objects.filter(mandate__in=made).update(mandate=None)
    made.delete()


class Migration(migrations.Migration):
    dependencies = [("complaints", "0011_mandates"), ("rights", "0004_office_records")]
    operations = [migrations.RunPython(become, back)]

"""Mandates have numbers of their own, can be passed on, and are spoken of before they end.

The digits of a number stay: what was printed as M-000012 is POA-2026-000012. Going back, a sub-mandate is revoked: without its
parent nobody could tell any more when it ends.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FIRST = 90  # days before the end: the reminder that goes out first; which one is due is worked out when it does
KNOWN = ("draft", "offered", "pending", "returned", "in_force", "expired", "revoked")


def numbered(apps, schema_editor):
    last = {}
    mandates = apps.get_model("mandates", "Mandate").objects
    for row in mandates.order_by("pk").iterator():
        series = f"POA-{row.created_at.year}"
        last[series] = row.pk
        mandates.filter(pk=row.pk).update(number=f"{series}-{row.pk:06}", remind_at=_first(row))
    for series, number in last.items():
        apps.get_model("work", "NumberSeries").objects.update_or_create(series=series, defaults={"last": number})


def _first(row):
    """When somebody should look whether a reminder is due; the worker goes on from there."""
    if row.state != "in_force" or row.look_at is None:
        return None
    return datetime.combine(row.ends_on - timedelta(days=FIRST), time(), ZoneInfo(settings.TIME_ZONE))


def alone_again(apps, schema_editor):
    rows = apps.get_model("mandates", "Mandate").objects.exclude(parent=None)
    rows.filter(state__in=("offered", "in_force")).update(state="revoked", look_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("mandates", "0001_initial"),
        ("complaints", "0012_papers_become_mandates"),
        ("work", "0003_kept_packs_and_restorations"),
    ]

    operations = [
        migrations.AddField("mandate", "number", models.CharField(default="", max_length=20), preserve_default=False),
        migrations.AddField(
            "mandate", "parent",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="passed_on",
                to="mandates.mandate",
            ),
        ),
        migrations.AddField("mandate", "offered_to", models.EmailField(blank=True, default="", max_length=254), preserve_default=False),
        migrations.AddField("mandate", "remind_at", models.DateTimeField(blank=True, null=True)),
        migrations.RemoveConstraint("mandate", "mandate_state_known"),
        migrations.AddConstraint(
            "mandate",
            models.CheckConstraint(condition=models.Q(("state__in", KNOWN)), name="mandate_state_known"),
        ),
        migrations.AddConstraint(
            "mandate",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "offered"), _negated=True), ("parent__isnull", False), _connector="OR"
                ),
                name="mandate_offered",
            ),
        ),
        migrations.AddIndex(
            "mandate",
            models.Index(
                condition=models.Q(("remind_at__isnull", False)), fields=["remind_at"], name="mandate_remind"
            ),
        ),
        migrations.RunPython(numbered, alone_again),
    ]

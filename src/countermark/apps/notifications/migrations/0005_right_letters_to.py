"""A letter about a right knows to whom it went, and whether it was read: the right can go over to another account."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def to_its_holder(apps, schema_editor):
    """Until now no right has changed its account."""
    letter, right = apps.get_model("notifications", "RightLetter"), apps.get_model("rights", "Right")
    holder = right.objects.filter(pk=OuterRef("right_id")).values("holder_id")[:1]
    letter.objects.filter(holder=None).update(holder_id=Subquery(holder))


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0006_people_of_a_shop"),
        ("rights", "0006_went_over"),
        ("notifications", "0004_pages_at_any_size"),
    ]

    operations = [
        migrations.AddField("rightletter", "read_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "rightletter",
            "holder",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.holder"
            ),
        ),
        migrations.RunPython(to_its_holder, migrations.RunPython.noop),
    ]

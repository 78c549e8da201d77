"""No letter about a right is without its holder; those of a holder, and those that came back, are found by an index."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_right_letters_to")]

    operations = [
        migrations.AlterField(
            "rightletter",
            "holder",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.holder"),
        ),
        migrations.AddIndex(
            "rightletter",
            models.Index(fields=["holder", "created_at"], name="right_letter_of_holder"),
        ),
        migrations.AddIndex(
            "rightletter",
            models.Index(
                condition=models.Q(("delivered_at", None), ("failed_at__isnull", False)),
                fields=["failed_at"],
                name="right_letter_failed",
            ),
        ),
    ]

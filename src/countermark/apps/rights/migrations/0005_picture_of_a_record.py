"""The mark as its register shows it lies beside what the register says."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("work", "0003_kept_packs_and_restorations"),
        ("rights", "0004_office_records"),
    ]

    operations = [
        migrations.AddField(
            model_name="rightrecord",
            name="picture",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="work.storedfile"
            ),
        ),
    ]

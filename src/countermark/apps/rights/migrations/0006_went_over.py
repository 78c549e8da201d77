"""A right goes over to a new owner's account; of a certificate is kept how much of it is in colour."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("work", "0003_kept_packs_and_restorations"),
        ("parties", "0006_people_of_a_shop"),
        ("rights", "0005_picture_of_a_record"),
    ]

    operations = [
        migrations.AddField("rightdocument", "coloured", models.FloatField(blank=True, null=True)),
        migrations.CreateModel(
            name="RightTransfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner_name", models.CharField(max_length=200)),
                ("goes_on", models.BooleanField()),
                ("sent_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=10)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="work.storedfile"
                    ),
                ),
                (
                    "right",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="transfers", to="rights.right"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.holder"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")), fields=("right",), name="one_transfer_waits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["", "accepted", "returned"])), name="transfer_answer"
                    ),
                ],
            },
        ),
    ]

"""Findings of listings that were changed since; hashes of kept pictures, and which are of one picture."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0005_links_a_person_confirmed"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptHash",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("hash", models.BinaryField(blank=True, default=bytes)),
                ("quality", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SamePicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("one", models.CharField(max_length=80)),
                ("other", models.CharField(max_length=80)),
                ("distance", models.PositiveSmallIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["other"], name="same_picture_other")],
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="same_picture_once"),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))), name="same_picture_in_order"
                    ),
                ],
            },
        ),
        migrations.AddField(model_name="finding", name="past_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            model_name="finding",
            name="past_why",
            field=models.CharField(blank=True, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(model_name="replay", name="unseen", field=models.PositiveIntegerField(default=0)),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("past_why__in", ("", "mended", "replaced", "gone"))), name="finding_past_known"
            ),
        ),
    ]

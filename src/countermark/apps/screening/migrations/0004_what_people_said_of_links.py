"""What people say of sellers that are tied is kept; what was denied before this is taken over."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def take_over(apps, schema_editor):
    links, words = (apps.get_model("screening", name).objects for name in ("SellerLink", "LinkWord"))
    denied = {(row.one_id, row.other_id): row for row in links.exclude(denied_at=None).order_by("-pk")}
    words.bulk_create(
        words.model(
            one_id=one,
            other_id=other,
            what="denied",
            by_id=row.denied_by_id,
            at=row.denied_at,
            words_id=row.denied_words_id,
        )
        for (one, other), row in sorted(denied.items())
        if row.denied_by_id is not None
    )


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0010_members_told"),
        ("screening", "0003_found_lately"),
        ("work", "0003_kept_packs_and_restorations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="parties.seller"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="parties.seller"
                    ),
                ),
                (
                    "words",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="work.sealedtext",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["one", "other"], name="link_word_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))), name="link_word_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ("denied", "taken_back"))), name="link_word_known"
                    ),
                ],
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]

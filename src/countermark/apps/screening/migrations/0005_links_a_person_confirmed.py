"""A person may also confirm that two sellers belong together, and take that back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

WORDS = ("denied", "taken_back", "confirmed", "unconfirmed")


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0004_what_people_said_of_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="linkword", name="link_word_known"),
        migrations.AddField(
            model_name="sellerlink", name="confirmed_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="sellerlink",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="linkword",
            constraint=models.CheckConstraint(condition=Q(what__in=WORDS), name="link_word_known"),
        ),
        migrations.AddConstraint(
            model_name="sellerlink",
            constraint=models.CheckConstraint(
                condition=Q(denied_at=None) | Q(confirmed_at=None), name="seller_link_not_denied_and_confirmed"
            ),
        ),
    ]

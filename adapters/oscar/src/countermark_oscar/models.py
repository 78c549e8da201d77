"""What did the desk ask of this shop, and what lies on its listings and partners because of it?

No foreign key leads into oscar's tables: a shop may have forked them, and what was asked stays known when a product is deleted.
"""

from countermark_shop import Measure, ShopMeasure
from django.db import models

HIDING = [measure.value for measure in Measure if measure.hides]
CLOSING = [measure.value for measure in ShopMeasure if measure.hides]


class Restriction(models.Model):
    """What lies on one listing. `measure` empty: nothing, any more. `newest` in milliseconds since 1970.

    A listing is what one partner offers on one page; `partner_id` 0 stands for a page that nobody offers. The row of a bare
    product number keeps the partner it was aimed at.
    """

    item_id = models.CharField(max_length=60, unique=True)
    product_id = models.BigIntegerField()
    partner_id = models.BigIntegerField()
    measure = models.CharField(max_length=20, blank=True)
    reason_url = models.CharField(max_length=2000, blank=True)
    since = models.DateTimeField(null=True)
    newest = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["product_id", "partner_id"], name="countermark_offer")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.measure or 'nothing'}"


class PartnerMeasure(models.Model):
    """What lies, or lay, on a partner: its whole shop."""

    partner_id = models.BigIntegerField()
    measure = models.CharField(max_length=20)
    lies = models.BooleanField()
    reason_url = models.CharField(max_length=2000, blank=True)
    since = models.DateTimeField()
    newest = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner_id", "measure"], name="countermark_partner_once")]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.measure if self.lies else 'nothing'}"


class Asked(models.Model):
    """One call of the desk, once for all: what it asked for, whether it acted. Nothing deletes these rows."""

    about = models.CharField(max_length=10)
    subject = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    reference = models.CharField(max_length=200)
    asks = models.CharField(max_length=200)
    acted = models.BooleanField()
    signed_at = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about", "subject", "kind", "reference"], name="countermark_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.reference}"

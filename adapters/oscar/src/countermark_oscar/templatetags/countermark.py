"""Where is one partner's offer, in a template? `{% load countermark %} … {% offer_url record %}`, `record` a stock record."""

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
def offer_url(record: Any) -> str:
    """Return the address of what this partner offers here: what people paste when they mean this seller's alone."""
    return reverse("countermark-offer", args=[f"{record.product_id}-{record.partner_id}"])

"""Why does a page answer 404? The shop's staff read here what lies on listings and partners. Nobody writes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from countermark_oscar.models import Asked, PartnerMeasure, Restriction


class ReadOnly(admin.ModelAdmin):
    """What the desk did is undone by the desk, so that it is written down there too."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Restriction)
class RestrictionAdmin(ReadOnly):
    list_display = ("item_id", "measure", "since", "reason_url")
    list_filter = ("measure",)
    search_fields = ("=item_id", "=product_id", "=partner_id")


@admin.register(PartnerMeasure)
class PartnerMeasureAdmin(ReadOnly):
    list_display = ("partner_id", "measure", "lies", "since", "reason_url")
    list_filter = ("measure", "lies")
    search_fields = ("=partner_id",)


@admin.register(Asked)
class AskedAdmin(ReadOnly):
    list_display = ("at", "about", "subject", "kind", "asks", "reference", "acted")
    list_filter = ("about", "kind", "acted")
    search_fields = ("=subject", "=reference")

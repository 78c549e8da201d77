"""Registers the app `listings` with Django."""

from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "countermark.apps.listings"
    label = "listings"
    default_auto_field = "django.db.models.BigAutoField"

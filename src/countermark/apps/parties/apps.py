"""Registers the app `parties` with Django."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "countermark.apps.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"

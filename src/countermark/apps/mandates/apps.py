"""Registers the app `mandates` with Django."""

from django.apps import AppConfig


class MandatesConfig(AppConfig):
    name = "countermark.apps.mandates"
    label = "mandates"
    default_auto_field = "django.db.models.BigAutoField"

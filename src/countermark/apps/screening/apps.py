"""Registers the app `screening` with Django."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "countermark.apps.screening"
    label = "screening"
    default_auto_field = "django.db.models.BigAutoField"

"""Registers the app `rights` with Django."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "countermark.apps.rights"
    label = "rights"
    default_auto_field = "django.db.models.BigAutoField"

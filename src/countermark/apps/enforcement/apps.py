"""Registers the app `enforcement` with Django."""

from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    name = "countermark.apps.enforcement"
    label = "enforcement"
    default_auto_field = "django.db.models.BigAutoField"

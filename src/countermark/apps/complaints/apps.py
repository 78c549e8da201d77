"""Registers the app `complaints` with Django."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "countermark.apps.complaints"
    label = "complaints"
    default_auto_field = "django.db.models.BigAutoField"

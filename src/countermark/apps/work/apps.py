"""Registers the app `work` with Django."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "countermark.apps.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"

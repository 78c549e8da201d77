"""Registers the app `decisions` with Django."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "countermark.apps.decisions"
    label = "decisions"
    default_auto_field = "django.db.models.BigAutoField"

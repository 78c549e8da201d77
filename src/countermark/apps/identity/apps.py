"""Registers the app `identity` with Django."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "countermark.apps.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

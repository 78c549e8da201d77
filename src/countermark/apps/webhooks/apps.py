"""Registers the app `webhooks` with Django."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "countermark.apps.webhooks"
    label = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"

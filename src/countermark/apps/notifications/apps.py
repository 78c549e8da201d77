"""Registers the app `notifications` with Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "countermark.apps.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

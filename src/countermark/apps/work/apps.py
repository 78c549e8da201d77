"""Registers the app `work` with Django."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from countermark.apps.work import true_time


class WorkConfig(AppConfig):
    name = "countermark.apps.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Compare this machine's clock with the database's whenever a connection is opened."""
        connection_created.connect(true_time.on_connection, dispatch_uid="countermark.true_time")

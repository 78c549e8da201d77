"""Registers the checks of the installation with Django."""

from django.apps import AppConfig

from countermark.project import checks


class ProjectConfig(AppConfig):
    name = "countermark.project"
    label = "project"

    def ready(self) -> None:
        checks.register_all()

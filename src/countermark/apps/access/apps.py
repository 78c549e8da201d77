"""The Django app of programs and their keys."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "countermark.apps.access"
    label = "access"

"""Registers the pages with Django: their templates, tags and static files."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "countermark.entrypoints.web"
    label = "web"
    verbose_name = "Pages"

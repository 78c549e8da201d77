"""The Django app of portfolios brought in as a file."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "countermark.apps.portfolio"
    label = "portfolio"

"""Registers the app `orders` with Django."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "countermark.apps.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"

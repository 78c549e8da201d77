"""Which address opens which page? Reporting without an account."""

from django.urls import URLPattern

app_name = "guest"
urlpatterns: list[URLPattern] = []

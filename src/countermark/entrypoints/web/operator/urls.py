"""Which address opens which page? The operator's pages."""

from django.urls import URLPattern

app_name = "operator"
urlpatterns: list[URLPattern] = []

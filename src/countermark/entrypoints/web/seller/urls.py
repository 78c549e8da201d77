"""Which address opens which page? The seller's pages."""

from django.urls import URLPattern

app_name = "seller"
urlpatterns: list[URLPattern] = []

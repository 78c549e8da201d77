"""Which address opens which page? The reviewer's pages."""

from django.urls import URLPattern

app_name = "reviewer"
urlpatterns: list[URLPattern] = []

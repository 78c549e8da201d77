"""Which address opens which page? What anybody may read."""

from django.urls import URLPattern

app_name = "public"
urlpatterns: list[URLPattern] = []

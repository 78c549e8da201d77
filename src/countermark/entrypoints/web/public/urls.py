"""Which address opens which page? What anybody may read."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

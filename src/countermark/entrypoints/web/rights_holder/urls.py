"""Which address opens which page? The rights holder's and the agent's pages."""

from django.urls import URLPattern

app_name = "holder"
urlpatterns: list[URLPattern] = []

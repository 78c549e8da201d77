"""Which addresses does the API have? All of version 1; its description and its problems have pages of their own."""

from django.urls import path

from countermark.entrypoints.api.v1 import api

urlpatterns = [path("api/v1/", api.urls)]

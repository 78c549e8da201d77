"""The URL map: everything a browser can reach is the web package's; nothing else is mounted."""

from importlib.util import find_spec

from django.urls import include, path

WEB = "countermark.entrypoints.web.urls"

urlpatterns = [path("", include(WEB))] if find_spec(WEB.rpartition(".")[0]) and find_spec(WEB) else []

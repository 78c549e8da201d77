"""The URL map: what a browser can reach is the web package's, what a program can reach is the API's; nothing else is mounted."""

from django.urls import include, path

from countermark.entrypoints.api import urls as api
from countermark.entrypoints.web import urls as web

urlpatterns = [path("", include(api)), path("", include(web))]
handler400, handler403, handler404, handler500 = web.handler400, web.handler403, web.handler404, web.handler500

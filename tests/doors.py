"""The addresses that letters lead to, for tests of letters: what stands behind them is tested with the pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from countermark.project.urls import urlpatterns as pages


def door(request: HttpRequest, **_: str) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("holder/", include(([path("notices/<str:number>/", door, name="notice")], "holder"))), *pages]

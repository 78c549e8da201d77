"""Which address opens which page? The seller's pages."""

from django.urls import path

from countermark.entrypoints.web.seller import arriving

app_name = "seller"
urlpatterns = [
    path("arrive/", arriving.ask, name="ask"),
    path("arrive/<str:token>/", arriving.arrive, name="arrive"),
    path("leave/", arriving.leave, name="leave"),
]

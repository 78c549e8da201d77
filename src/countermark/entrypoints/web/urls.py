"""Which address opens which door? Each role's pages have an address space of their own; the frame's own are here."""

from django.urls import include, path

from countermark.entrypoints.web import failures, preferences
from countermark.entrypoints.web.public import files

urlpatterns = [
    path("language/", preferences.set_language, name="language"),
    path("appearance/", preferences.set_appearance, name="appearance"),
    path("file/<int:pk>/", files.file, name="file"),
    path("account/", include("countermark.entrypoints.web.account.urls")),
    path("holder/", include("countermark.entrypoints.web.rights_holder.urls")),
    path("seller/", include("countermark.entrypoints.web.seller.urls")),
    path("review/", include("countermark.entrypoints.web.reviewer.urls")),
    path("operate/", include("countermark.entrypoints.web.operator.urls")),
    path("report/", include("countermark.entrypoints.web.guest.urls")),
    path("webhooks/", include("countermark.entrypoints.web.webhooks.urls")),
    path("demo/", include("countermark.entrypoints.web.demo.urls")),
    path("", include("countermark.entrypoints.web.public.urls")),
]

handler400 = failures.bad_request
handler403 = failures.not_for_you
handler404 = failures.not_found
handler500 = failures.broken

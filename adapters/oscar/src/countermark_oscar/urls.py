"""Where does the desk ask, and where does one partner's offer have its address? To be included at the root of the site."""

from django.urls import path, re_path

from countermark_oscar import views

urlpatterns = [
    path("api/offers", views.desk, name="countermark-desk"),
    re_path(r"^api/(?:items|sellers)/", views.desk),
    re_path(r"^listing/(?P<item_id>[0-9]+-[0-9]+)/$", views.offer, name="countermark-offer"),
]

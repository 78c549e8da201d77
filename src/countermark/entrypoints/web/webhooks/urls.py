"""Which address opens which page? Webhooks of the platform, of a rights holder, of a seller."""

from django.urls import path

from countermark.entrypoints.web.webhooks import acts, deliveries, endpoints

app_name = "webhooks"
urlpatterns = [
    path("", endpoints.endpoints, name="endpoints"),
    path("new/", endpoints.add, name="add"),
    path("<int:pk>/", endpoints.endpoint, name="endpoint"),
    path("<int:pk>/change/", endpoints.change, name="change"),
    path("<int:pk>/do/", acts.act, name="act"),
    path("<int:pk>/secret/", acts.change_secret, name="secret"),
    path("<int:pk>/replay/", acts.replay, name="replay"),
    path("<int:pk>/deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/", acts.delivery, name="delivery"),
]

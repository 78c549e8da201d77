"""Which address opens which page? The demo's pages; outside a demo none of them exists."""

from django.urls import path

from countermark.entrypoints.web.demo import clock, mail, roles

urlpatterns = [
    path("", roles.roles, name="demo-roles"),
    path("be/", roles.be, name="demo-be"),
    path("advance/", clock.advance, name="demo-advance"),
    path("mail/", mail.letters, name="demo-mail"),
    path("mail/<str:name>/", mail.letter, name="demo-letter"),
]

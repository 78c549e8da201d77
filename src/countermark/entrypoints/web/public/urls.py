"""Which address opens which page? What anybody may read, and the one door of kept files."""

from django.urls import path

from countermark.entrypoints.web.public import files, mandates, pages, procedures, programs

urlpatterns = [
    path("", pages.front, name="front"),
    path("how-it-works/", procedures.procedures, name="procedures"),
    path("how-it-works/<str:pack>/", procedures.procedure, name="procedure"),
    path("how-it-works/<str:pack>/diagram.svg", procedures.diagram, name="procedure-diagram"),
    path("api/", programs.reference, name="api-reference"),
    path("problems/", programs.problems, name="problems"),
    path("problems/<str:code>", programs.problem, name="problem"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("mandate/<str:token>/", mandates.given, name="mandate-given"),
    path("file/<int:pk>/", files.file, name="file"),
]

"""Which address opens which page? The seller's pages."""

from django.urls import path

from countermark.entrypoints.web.seller import (
    answering,
    appealing,
    arriving,
    cases,
    claiming,
    claiming_there,
    lists,
    matched,
    measures,
    people,
)

app_name = "seller"
urlpatterns = [
    path("", lists.home, name="home"),
    path("cases.csv", lists.cases_csv, name="cases-csv"),
    path("arrive/", arriving.ask, name="ask"),
    path("arrive/<str:token>/", arriving.arrive, name="arrive"),
    path("leave/", arriving.leave, name="leave"),
    path("claim/<str:token>/", claiming.claim, name="claim"),
    path("claim/at/<str:slug>/", claiming.claim_signed, name="claim-signed"),
    path("claim/with/<slug:slug>/", claiming_there.claim, name="claim-there"),
    path("claim/with/<slug:slug>/go/", claiming_there.go, name="claim-there-go"),
    path("claim/with/<slug:slug>/back/", claiming_there.back, name="claim-there-back"),
    path("shops/", people.shops, name="shops"),
    path("shops/<int:pk>/", people.people, name="people"),
    path("shops/<int:pk>/people/<int:member>/remove/", people.remove, name="person-remove"),
    path("notices/<str:number>/", lists.notice, name="notice"),
    path("notices/<str:number>/answer/", lists.answer, name="answer"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/choose/", cases.choose, name="choose"),
    path("cases/<str:number>/help/", cases.get_help, name="help"),
    path("cases/<str:number>/take-down/", cases.take_down, name="take-down"),
    path("cases/<str:number>/appeal/", appealing.appeal, name="appeal"),
    path("cases/<str:number>/print/", cases.printed, name="print"),
    path("cases/<str:number>/file.json", cases.case_file, name="case-file"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<str:number>/", measures.measure, name="measure"),
    path("measures/<str:number>/pictures/<int:file>/", matched.picture, name="measure-picture"),
    path("measures/<str:number>/appeal/", measures.appeal, name="measure-appeal"),
    path("answers/<int:pk>/listings/", answering.listings, name="answer-listings"),
    path("answers/<int:pk>/why/", answering.why, name="answer-why"),
    path("answers/<int:pk>/who/", answering.who, name="answer-who"),
    path("answers/<int:pk>/check/", answering.check, name="answer-check"),
    path("answers/<int:pk>/sent/", answering.sent, name="answer-sent"),
]

"""Which address opens which page? Reports by people without an account."""

from django.urls import path

from countermark.entrypoints.web.guest import acting, cases, code, snippet, steps, tracking

app_name = "guest"
urlpatterns = [
    path("", steps.begin, name="begin"),
    path("link.js", snippet.script, name="script"),
    path("draft/<int:pk>/listings/", steps.links, name="links"),
    path("draft/<int:pk>/reason/", steps.reason, name="reason"),
    path("draft/<int:pk>/right/", steps.right, name="right"),
    path("draft/<int:pk>/why/", steps.why, name="why"),
    path("draft/<int:pk>/why/<int:file>/remove/", steps.remove_file, name="file-remove"),
    path("draft/<int:pk>/you/", steps.you, name="you"),
    path("draft/<int:pk>/check/", code.check, name="check"),
    path("draft/<int:pk>/code/", code.enter, name="code"),
    path("draft/<int:pk>/discard/", steps.discard, name="discard"),
    path("mine/", tracking.home, name="home"),
    path("find/", tracking.find, name="find"),
    path("track/<str:token>/", tracking.track, name="track"),
    path("leave/", tracking.leave, name="leave"),
    path("notices/<str:number>/", tracking.notice, name="notice"),
    path("notices/<str:number>/end-links/", tracking.end_links, name="end-links"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/file.json", cases.case_file, name="case-file"),
    path("cases/<str:number>/appeal/", cases.appeal, name="appeal"),
    path("cases/<str:number>/answer/", acting.answer, name="answer"),
    path("cases/<str:number>/mend/", acting.mend, name="mend"),
    path("cases/<str:number>/withdraw/", acting.withdraw, name="withdraw"),
]

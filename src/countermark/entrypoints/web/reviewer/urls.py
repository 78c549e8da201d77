"""Which address opens which page? The reviewer's pages."""

from django.urls import URLPattern, path

from countermark.entrypoints.web.reviewer import (
    appeals,
    bench,
    case_file,
    lists,
    looks,
    queue,
    registers,
    right_endings,
    rights,
    steps,
)

app_name = "reviewer"
urlpatterns: list[URLPattern] = [
    path("", queue.queue, name="queue"),
    path("queue.csv", queue.queue_csv, name="queue-csv"),
    path("claim/", queue.claim, name="claim"),
    path("next/", queue.next_case, name="next"),
    path("dropped/", queue.dropped_read, name="dropped-read"),
    path("mine/", lists.mine, name="mine"),
    path("looks/", looks.own_looks, name="looks"),
    path("search/", lists.search, name="search"),
    path("case/<str:number>/", bench.case, name="case"),
    path("case/<str:number>/before/", queue.beside, {"later": False}, name="before"),
    path("case/<str:number>/after/", queue.beside, {"later": True}, name="after"),
    path("case/<str:number>/decide/", steps.decide, name="decide"),
    path("case/<str:number>/preview/", steps.preview, name="preview"),
    path("case/<str:number>/changes/", steps.changes, name="changes"),
    path("case/<str:number>/let-go/", steps.let_go, name="let-go"),
    path("case/<str:number>/file/", case_file.timeline, name="timeline"),
    path("case/<str:number>/proof.json", case_file.proof, name="proof"),
    path("step/<int:pk>/undo/", steps.undo, name="undo"),
    path("appeals/", appeals.appeals, name="appeals"),
    path("appeals/<int:pk>/", appeals.appeal, name="appeal"),
    path("rights/", rights.rights, name="rights"),
    path("rights/<int:pk>/", rights.right, name="right"),
    path("rights/<int:pk>/approve/", rights.approve, name="approve-right"),
    path("rights/<int:pk>/send-back/", rights.send_back, name="return-right"),
    path("rights/<int:pk>/settle/", rights.settle, name="settle-right"),
    path("rights/<int:pk>/reject/", right_endings.reject, name="reject-right"),
    path("rights/<int:pk>/register/", registers.ask, name="ask-register"),
    path("rights/<int:pk>/register/<int:record>/looked/", registers.looked, name="register-looked"),
    path("rights/<int:pk>/end/", right_endings.end, name="end-right"),
    path("rights/<int:pk>/renewal/<int:renewal>/", right_endings.renewal, name="answer-renewal"),
]

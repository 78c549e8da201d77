"""Which address opens which page? The rights holder's and the agent's pages."""

from django.urls import path

from countermark.entrypoints.web.rights_holder import (
    answers,
    appealing,
    case,
    cases,
    contact,
    home,
    importing,
    letters,
    renewing,
    rights,
    submit,
    submit_lines,
    submit_send,
    welcome,
)

app_name = "holder"
urlpatterns = [
    path("", home.home, name="home"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("welcome/<slug:step>/", welcome.step, name="welcome-step"),
    path("contact/", contact.contact, name="contact"),
    path("messages/", letters.letters, name="letters"),
    path("messages/<int:pk>/", letters.letter, name="letter"),
    # my rights
    path("rights/", rights.rights, name="rights"),
    path("rights/csv/", rights.rights_csv, name="rights-csv"),
    path("rights/new/", rights.new, name="right-new"),
    path("rights/import/", importing.imports, name="imports"),
    path("rights/import/form.<slug:form>", importing.import_template, name="import-template"),
    path("rights/import/<int:pk>/", importing.one_import, name="import"),
    path("rights/import/<int:pk>/csv/", importing.import_csv, name="import-csv"),
    path("rights/import/<int:pk>/discard/", importing.discard_import, name="import-discard"),
    path("rights/<int:pk>/", rights.right, name="right"),
    path("rights/<int:pk>/office/", rights.office, name="right-office"),
    path("rights/<int:pk>/details/", rights.details, name="right-details"),
    path("rights/<int:pk>/papers/", rights.papers, name="right-papers"),
    path("rights/<int:pk>/papers/<int:paper>/remove/", rights.remove_paper, name="right-paper-remove"),
    path("rights/<int:pk>/discard/", rights.discard, name="right-discard"),
    path("rights/<int:pk>/renew/", renewing.renew, name="right-renew"),
    # submit a complaint
    path("submit/", submit.begin, name="submit"),
    path("submit/<int:pk>/marketplace/", submit.marketplace, name="submit-marketplace"),
    path("submit/<int:pk>/right/", submit.right, name="submit-right"),
    path("submit/<int:pk>/reason/", submit.reason, name="submit-reason"),
    path("submit/<int:pk>/listings/", submit_lines.listings, name="submit-listings"),
    path("submit/<int:pk>/listings/csv/", submit_lines.lines_csv, name="submit-lines-csv"),
    path("submit/<int:pk>/listings/split/", submit_lines.split, name="submit-split"),
    path("submit/<int:pk>/evidence/", submit_send.evidence, name="submit-evidence"),
    path("submit/<int:pk>/evidence/<int:file>/remove/", submit_send.remove_file, name="submit-file"),
    path("submit/<int:pk>/check/", submit_send.check, name="submit-check"),
    path("submit/<int:pk>/discard/", submit.discard, name="submit-discard"),
    # complaints
    path("complaints/", cases.cases, name="cases"),
    path("complaints/csv/", cases.cases_csv, name="cases-csv"),
    path("notices/<str:number>/", cases.notice, name="notice"),
    path("notices/<str:number>/mend/", answers.mend, name="mend"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/appeal/", appealing.appeal, name="appeal"),
    path("cases/<str:number>/file/", case.case_file, name="case-file"),
    path("answer/", answers.answer, name="answer"),
    path("withdraw/", answers.withdraw, name="withdraw"),
]

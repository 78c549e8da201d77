"""Version 1 of the API: one module for each resource, put together here."""

from countermark.entrypoints.api.routing import new_api
from countermark.entrypoints.api.v1 import (
    account,
    answers,
    appeals,
    choices,
    complaints,
    events,
    files,
    holder_findings,
    itself,
    mandate_acts,
    mandates,
    me,
    messages,
    notice_drafts,
    notices,
    oauth,
    procedures,
    right_imports,
    right_letters,
    right_papers,
    right_submissions,
    rights,
)
from countermark.entrypoints.api.v1.desk_routes import ROUTERS as DESK
from countermark.entrypoints.api.v1.guest_routes import ROUTERS as GUESTS
from countermark.entrypoints.api.v1.operator_routes import ROUTERS

api = new_api(
    title="Countermark",
    version="1",
    urls_namespace="api-v1",
    description="Everything a person can do on a page, a program can do here. Times are RFC 3339 with their offset.",
)
for resource in (
    *(itself, oauth, me, account, complaints, events, answers, appeals, notices, notice_drafts, rights, right_imports),
    *(right_papers, right_submissions),
    *(files, holder_findings, mandates, mandate_acts, messages, right_letters, procedures, choices),
):
    api.add_router("", resource.router)
for router in (*DESK, *ROUTERS, *GUESTS):
    api.add_router("", router)

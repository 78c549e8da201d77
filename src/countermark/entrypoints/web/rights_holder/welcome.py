"""Opening an account to complain with: where, who, for whom, how to be reached, the terms. One question a page.

Answers wait in the session; nothing is written before the terms are accepted.
"""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy

from countermark.apps.parties.selectors import holders_of
from countermark.apps.parties.services import TERMS, AccountDefective, AccountSaid, account_defects, open_account
from countermark.core.identity import in_force
from countermark.entrypoints.identity_words import agreements_said
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.rights_holder.faults import faults_of
from countermark.entrypoints.web.roles import SIGNED_IN

KEPT = "welcome"  # in the session
STEPS: Final = ("location", "kind", "role", "contact", "terms")
ASKED = {"location": ("location",), "kind": ("kind",), "role": ("is_agent",), "terms": ("terms",)}
ASKED["contact"] = ("name", "contact_email", "address", "phone")
QUESTIONS = {
    "location": gettext_lazy("Where are you?"),
    "kind": gettext_lazy("Are you a person or an organisation?"),
    "role": gettext_lazy("Do you own the rights, or act for somebody who does?"),
    "contact": gettext_lazy("How can you be reached?"),
    "terms": gettext_lazy("Do you accept the terms?"),
}
CHOICES = {
    "location": (
        ("CN", gettext_lazy("Mainland China"), ""),
        ("HK", gettext_lazy("Hong Kong"), ""),
        ("TW", gettext_lazy("Taiwan"), ""),
        ("other", gettext_lazy("Somewhere else"), ""),
    ),
    "kind": (
        ("individual", gettext_lazy("A person"), gettext_lazy("The rights stand in the name of one person.")),
        (
            "enterprise",
            gettext_lazy("An organisation"),
            gettext_lazy("A firm, an association, a public body: the rights stand in its name."),
        ),
    ),
    "is_agent": (
        ("no", gettext_lazy("We own them"), gettext_lazy("The name on the certificates is yours.")),
        (
            "yes",
            gettext_lazy("We act for the owner"),
            gettext_lazy(
                "A law firm or brand-protection firm. With each right you show the owner’s power of attorney."
            ),
        ),
    ),
}


@door(roles=[SIGNED_IN])
def welcome(request: HttpRequest) -> HttpResponse:
    """The first question that is still open; whoever has an account is sent home."""
    if holders_of(request.user).exists():
        return redirect("holder:home")
    return redirect("holder:welcome-step", STEPS[0])


@door(roles=[SIGNED_IN])
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One question: keep the answer and go on, or say what is wrong with it."""
    if step not in STEPS:
        raise Http404("there is no such question")
    if holders_of(request.user).exists():
        return redirect("holder:home")
    answers = _first_answers(request) | request.session.get(KEPT, {})
    if request.method != "POST":
        if not answers["name"] and answers.get("kind") == "individual":
            answers["name"] = request.user.name
        return _page(request, step, answers)
    answers |= {name: request.POST.get(name, "").replace("\0", "") for name in ASKED[step]}
    request.session[KEPT] = answers
    wrong = [d for d in account_defects(_said(answers)) if d.field in ASKED[step]]
    if wrong:
        return _page(request, step, answers, wrong)
    return _opened(request, answers) if step == STEPS[-1] else redirect("holder:welcome-step", _after(step))


def _first_answers(request: HttpRequest) -> dict[str, Any]:
    return {"name": "", "contact_email": request.user.email}


def _said(answers: dict[str, str]) -> AccountSaid:
    known = {name: answers.get(name, "") for name in ("location", "kind", *ASKED["contact"], "terms")}
    return AccountSaid(**known, is_agent={"yes": True, "no": False}.get(answers.get("is_agent", "")))


def _after(step: str) -> str:
    return STEPS[STEPS.index(step) + 1]


def _opened(request: HttpRequest, answers: dict[str, str]) -> HttpResponse:
    try:
        open_account(
            person=request.user,
            said=_said(answers),
            at=request.at,
            language=request.LANGUAGE_CODE,
        )
    except AccountDefective as defective:  # an earlier question was skipped: go there
        first = next(name for name in STEPS if set(ASKED[name]) & {d.field for d in defective.defects})
        return redirect("holder:welcome-step", first)
    request.session.pop(KEPT, None)
    messages.success(request, gettext("Your account is open. Next, show who you are and register a right."))
    return redirect("holder:home")


def _page(request: HttpRequest, step: str, answers: dict[str, str], wrong: Any = ()) -> HttpResponse:
    number = STEPS.index(step)
    name = ASKED[step][0]
    shown = {
        "step": step,
        "number": number + 1,
        "count": len(STEPS),
        "question": QUESTIONS[step],
        "name": name,
        "choices": CHOICES.get(name, ()),
        "chosen": answers.get(name, ""),
        "answers": answers,
        "back": STEPS[number - 1] if number else "",
        "terms_version": TERMS,
        "agreements": agreements_said(in_force()),
        "faults": faults_of(wrong, {name: f"{name}-{CHOICES[name][0][0]}"} if name in CHOICES else None),
        "wrong": {d.field for d in wrong},
    }
    return render(request, "rights_holder/welcome.html", shown, status=422 if wrong else 200)

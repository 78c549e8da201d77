"""Opening an account to complain with: where, who, for whom, how to be reached, the terms. One question a page.

Answers wait in the session; nothing is written before the terms are accepted. Whoever is not signed in yet is made known from the
same answers, and the account is opened once the code we mail has proved the address.
"""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy

from countermark.apps.parties.selectors import holders_of
from countermark.apps.parties.services import TERMS, AccountDefective, AccountSaid, account_defects, open_account
from countermark.core.defect import Defect
from countermark.core.identity import in_force
from countermark.entrypoints.identity_words import agreements_said
from countermark.entrypoints.web.account.sign_up import sign_up
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.rights_holder.faults import faults_of
from countermark.entrypoints.web.roles import ANYONE, SIGNED_IN

KEPT = "welcome"  # in the session
STEPS: Final = ("location", "kind", "role", "contact", "terms")
ASKED = {"location": ("location",), "kind": ("kind",), "role": ("is_agent",), "terms": ("terms",)}
ASKED["contact"] = ("name", "contact_email", "address", "phone")
PERSON = "person"  # asked of whoever is not signed in, where the account is not called as they are
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


@door(roles=[ANYONE])
def welcome(request: HttpRequest) -> HttpResponse:
    """The first question; whoever has an account is sent home."""
    return redirect("holder:home") if _has_one(request) else redirect("holder:welcome-step", STEPS[0])


def _has_one(request: HttpRequest) -> bool:
    return request.user.is_authenticated and holders_of(request.user).exists()


@door(roles=[ANYONE])
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One question: keep the answer and go on, or say what is wrong with it."""
    if step not in STEPS:
        raise Http404("there is no such question")
    if _has_one(request):
        return redirect("holder:home")
    answers = _first_answers(request) | request.session.get(KEPT, {})
    if request.method != "POST":
        if not answers["name"] and answers.get("kind") == "individual":
            answers["name"] = getattr(request.user, "name", "")
        return _page(request, step, answers)
    asked = (*ASKED[step], PERSON) if step == "contact" else ASKED[step]
    answers |= {name: request.POST.get(name, "").replace("\0", "") for name in asked}
    request.session[KEPT] = answers
    if wrong := _wrong(request, step, answers):
        return _page(request, step, answers, wrong)
    return _end(request, answers) if step == STEPS[-1] else redirect("holder:welcome-step", _after(step))


def _wrong(request: HttpRequest, step: str, answers: dict[str, str]) -> list[Defect]:
    """What there is to mend in the answers to one question."""
    found = [defect for defect in account_defects(_said(answers)) if defect.field in ASKED[step]]
    if step == "contact" and _asks_person(request, answers) and not answers.get(PERSON, "").strip():
        found.insert(0, Defect("account_person", PERSON))
    return found


def _asks_person(request: HttpRequest, answers: dict[str, str]) -> bool:
    """Whether somebody unknown signs up for an organisation: declarations are made by a person."""
    return not request.user.is_authenticated and answers.get("kind") == "enterprise"


def _end(request: HttpRequest, answers: dict[str, str]) -> HttpResponse:
    """The account is opened; before that, whoever is not known proves the address."""
    if request.user.is_authenticated:
        return _opened(request, answers)
    if skipped := next((each for each in STEPS if _wrong(request, each, answers)), ""):
        return redirect("holder:welcome-step", skipped)
    name = answers.get(PERSON, "") if answers["kind"] == "enterprise" else answers["name"]
    made = sign_up(request, email=answers["contact_email"].strip(), name=name.strip(), onward="holder:welcome-opened")
    return made or _page(request, "contact", answers, [Defect("account_contact_email", "contact_email")])


@door(roles=[SIGNED_IN])
def opened(request: HttpRequest) -> HttpResponse:
    """The address is proved: open the account with what was answered and accepted, and go on to the papers."""
    if _has_one(request):
        return redirect("holder:home")
    answers = _first_answers(request) | request.session.get(KEPT, {})
    answer = _opened(request, answers)
    return redirect("holder:identity") if _has_one(request) else answer


def is_answered(request: HttpRequest) -> bool:
    """Whether this person answered everything here, and then proved the address by another code than the one mailed first."""
    answers = request.session.get(KEPT, {})
    same = answers.get("contact_email", "").strip().casefold() == getattr(request.user, "email", "").casefold()
    return request.user.is_authenticated and same and bool(answers.get("terms"))


def _first_answers(request: HttpRequest) -> dict[str, Any]:
    return {"name": "", "contact_email": getattr(request.user, "email", "")}


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
        "asks_person": _asks_person(request, answers),
        "is_known": request.user.is_authenticated,
        "back": STEPS[number - 1] if number else "",
        "terms_version": TERMS,
        "agreements": agreements_said(in_force()),
        "faults": faults_of(wrong, {name: f"{name}-{CHOICES[name][0][0]}"} if name in CHOICES else None),
        "wrong": {d.field for d in wrong},
    }
    return render(request, "rights_holder/welcome.html", shown, status=422 if wrong else 200)

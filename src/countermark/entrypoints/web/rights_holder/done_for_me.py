"""What have agents done in my name? The owner keeps the mandates it gave with its account, and reads all acts agent by agent."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from countermark.apps.mandates import selectors, services, words
from countermark.apps.mandates.links import mandate_of, token_of
from countermark.apps.mandates.models import Mandate
from countermark.apps.mandates.services import MandateMoved
from countermark.entrypoints.mandate_shown import Act, acts, done_under
from countermark.entrypoints.web.lists import PER_PAGE, csv_answer, csv_url, wants_csv
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_page, holders
from countermark.entrypoints.web.rights_holder.mandates import mandate_moved, not_an_owner


@require_POST
@holder_page
def keep(request: HttpRequest, token: str) -> HttpResponse:
    """The owner keeps a mandate with its account: it stands in its list from then on."""
    row = mandate_of(token)
    if row is None:
        raise Http404("this address opens no mandate")
    owner = next((holder for holder in holders(request) if not holder.is_agent), None)
    if owner is None:
        raise not_an_owner()
    try:
        services.link_principal(mandate=row, principal=owner, by=request.user, at=request.at)
    except MandateMoved as moved:
        raise mandate_moved(moved, row.pk, url=reverse("mandate-given", args=[token])) from moved
    messages.success(request, gettext("Kept with your account. You see here what is done in your name."))
    return redirect("holder:acts", row.agent_id)


@require_safe
@holder_page
def by_agent(request: HttpRequest, agent: int) -> HttpResponse:
    """Everything one agent did in the owner's name, under all the mandates the owner gave it."""
    given = selectors.given_by(holder_ids(request)).filter(agent=agent)
    rows = list(given.prefetch_related("marketplaces"))
    if not rows:
        raise Http404("no such agent acts for you")
    done = done_under(given)
    if wants_csv(request):
        head = [gettext(name) for name in ("When", "Case", "What", "Right", "Marketplace")]
        return csv_answer(f"done-by-{agent}.csv", head, (_cells(act) for act in acts(list(done))))
    page = Paginator(done, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "agent": rows[0].agent,
        "mandates": [_mandate(row, request) for row in rows],
        "page": page,
        "acts": acts(list(page.object_list)),
        "csv_url": csv_url(request),
    }
    return render(request, "rights_holder/acts.html", shown)


def _mandate(row: Mandate, request: HttpRequest) -> dict[str, object]:
    state = words.STATES[selectors.stands(row, at=request.at)]
    return {"mandate": row, "token": token_of(row), "state": state, "until": words.until_said(row)}


def _cells(act: Act) -> list[str]:
    return [act.at.isoformat(), act.number, act.said, act.right, act.place]

"""`countermark api … counter-notices | review | webhooks`: a seller, a reviewer and webhooks at another installation.

The manner is that of `remote.py`: bodies are files, answers are JSON, and what acts on a case names the state it was seen in.
"""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from countermark.entrypoints.cli.remote import Body, Number, Once, Seq, api, given, lines, say, seen, upload
from countermark.entrypoints.cli.remote_files import body_of, evidence_of

counters = typer.Typer(no_args_is_help=True, help="Answer notices as a seller.")
review = typer.Typer(no_args_is_help=True, help="Work the queue as a reviewer.")
webhooks = typer.Typer(no_args_is_help=True, help="Keep webhooks and send again what they missed.")

Id = Annotated[int, typer.Argument(min=1, help="The id of the webhook.")]
Papers = Annotated[list[str] | None, typer.Option(metavar="KIND=FILE", help="A file to send along.")]
Lint = Annotated[bool, typer.Option("--lint", help="Only ask what it would say.")]

OF_A_CASE = (  # command, method of the client, what it does
    ("show", "read_bench", "Print everything a decision is made from, and the steps that are open."),
    ("claim", "claim_case", "Claim a case, or renew one's claim."),
    ("let-go", "let_case_go", "Give a case back to the queue."),
)
OF_A_WEBHOOK = (
    ("show", "read", "Print one webhook."),
    ("test", "test", "Send a test."),
    ("pause", "pause", "Send nothing for now; what happens meanwhile waits."),
    ("resume", "resume", "Send again, beginning with what waits."),
    (
        "new-secret",
        "change_webhook_secret",
        "Make a new secret, printed this once; the one before signs beside it for a day.",
    ),
)


def register(app: typer.Typer) -> None:
    """Add the groups of this module to `countermark api`."""
    for name, group in (("counter-notices", counters), ("review", review), ("webhooks", webhooks)):
        api.add_typer(group, name=name)
    for name, method, help in OF_A_CASE:
        review.command(name, help=help)(_asked_of(Number, "review", method))
    for name, method, help in OF_A_WEBHOOK:
        webhooks.command(name, help=help)(_asked_of(Id, "webhooks", method))


def _asked_of(one: Any, part: str, method: str) -> Callable[..., None]:
    """A command that names one thing and prints what the client's `part.method` answers about it."""

    def asked(context: typer.Context, number: one) -> None:
        say(getattr(getattr(context.obj, part), method)(number))

    return asked


# --- a seller ---------------------------------------------------------------------------------------------------------


@counters.command("grounds")
def list_grounds(context: typer.Context) -> None:
    """Print the grounds an answer can rest on, and what each needs."""
    say(context.obj.counter_notices.list_counter_notice_grounds())


@counters.command("send")
def send_counter_notice(
    context: typer.Context, answer: Body, paper: Papers = None, lint: Lint = False, once: Once = ""
) -> None:
    """Answer a notice: print what was filed. With --lint nothing is filed and no chance is used.

    Ends with 1 when it was refused, or with --lint would be."""
    body, files = body_of(answer), evidence_of(paper or [])
    if sent := upload(context, files, once):
        body["evidence"] = [*body.get("evidence", ()), *sent]
    if not lint:
        say(context.obj.counter_notices.file(idempotency_key=once or None, **body))
        return
    said = context.obj.counter_notices.lint(**body)
    say(said)
    raise typer.Exit(0 if said["can_be_sent"] else 1)


@counters.command("list")
def list_counter_notices(
    context: typer.Context, notice: Annotated[str | None, typer.Option(help="The number of a notice.")] = None
) -> None:
    """Print what the shop has answered, the newest first, one line of JSON each."""
    lines(context.obj.counter_notices.list(**given(notice=notice), limit=200))


@counters.command("take-down")
def take_down(context: typer.Context, number: Number, seq: Seq = None, once: Once = "") -> None:
    """Take the listing down oneself: the case ends without a decision."""
    match = seen(context, number, seq)
    say(context.obj.counter_notices.take_down_listing(number, if_match=match, idempotency_key=once or None))


# --- a reviewer -------------------------------------------------------------------------------------------------------


@review.command("queue")
def list_queue(
    context: typer.Context,
    to_do: Annotated[str | None, typer.Option(help="check, decide or late.")] = None,
    sort: Annotated[str | None, typer.Option(help="due, risk, …; with - the other way.")] = None,
) -> None:
    """Print the cases that wait on a reviewer, the most urgent first, one line of JSON each."""
    lines(context.obj.review.list_queue(**given(to_do=to_do, sort=sort), limit=200))


@review.command("next")
def next_case(context: typer.Context) -> None:
    """Print which case is the next to do; it is not claimed by this."""
    say(context.obj.review.read_next_case())


@review.command("pass")
def pass_on(
    context: typer.Context, number: Number, note: Annotated[str, typer.Option(help="Why, for the senior.")]
) -> None:
    """Ask a senior to take the case."""
    say(context.obj.review.pass_case_to_senior(number, note=note))


@review.command("preview")
def preview(context: typer.Context, number: Number, step: Body) -> None:
    """Print what a step would do and what would be sent, word by word. Ends with 1 when it could not be made."""
    said = context.obj.decisions.preview(number, **body_of(step))
    say(said)
    raise typer.Exit(0 if said["can_be_sent"] else 1)


@review.command("decide")
def decide(context: typer.Context, number: Number, step: Body, seq: Seq = None, once: Once = "") -> None:
    """Make a step. It is entered after ten seconds, until which `undo` takes it back."""
    match, body = seen(context, number, seq), body_of(step)
    say(context.obj.decisions.decide_complaint(number, if_match=match, idempotency_key=once or None, **body))


@review.command("undo")
def undo(context: typer.Context, step: Annotated[int, typer.Argument(min=1, help="The id of the step.")]) -> None:
    """Take a step back within its ten seconds."""
    say(context.obj.decisions.undo_step(step))


# --- webhooks ---------------------------------------------------------------------------------------------------------


@webhooks.command("list")
def list_webhooks(context: typer.Context) -> None:
    """Print every webhook that is not closed."""
    say(context.obj.webhooks.list())


@webhooks.command("add")
def add_webhook(context: typer.Context, webhook: Body, once: Once = "") -> None:
    """Make a webhook; its secret is printed this once."""
    say(context.obj.webhooks.add(idempotency_key=once or None, **body_of(webhook)))


@webhooks.command("change")
def change_webhook(context: typer.Context, number: Id, webhook: Body) -> None:
    """Replace what is said of a webhook."""
    say(context.obj.webhooks.change(number, **body_of(webhook)))


@webhooks.command("deliveries")
def list_deliveries(context: typer.Context, number: Id) -> None:
    """Print what was sent or waits, the newest first, one line of JSON each."""
    lines(context.obj.webhooks.list_webhook_deliveries(number, limit=200))


@webhooks.command("replay")
def replay(
    context: typer.Context,
    number: Id,
    position: Annotated[int | None, typer.Option(min=0, help="From this number of the log on.")] = None,
    since: Annotated[str | None, typer.Option(help="From this instant of recording on, with its offset.")] = None,
) -> None:
    """Send everything from a point on once more: --position or --since, one of the two."""
    point: dict[str, Any] = {"position": position} if position is not None else given(since=since)
    if len(point) != 1 or (position is not None and since):
        raise typer.BadParameter("name one point: --position or --since")
    say(context.obj.webhooks.replay(number, **point))


@webhooks.command("close")
def close_webhook(context: typer.Context, number: Id) -> None:
    """Close a webhook for good."""
    context.obj.webhooks.close(number)

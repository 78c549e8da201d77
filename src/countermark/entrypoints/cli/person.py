"""`countermark person`: the first operator, and whoever else is let in where nobody can sign in yet."""

from typing import Annotated

import typer
from django.utils import timezone

from countermark.apps.parties import people
from countermark.apps.parties.models import Person


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(person)


def person(
    email: Annotated[str, typer.Argument(help="Where the code for signing in is sent.")],
    name: Annotated[str, typer.Option(help="What others read; needed for somebody new.")] = "",
    role: Annotated[str, typer.Option(help=f"One of {', '.join(people.ROLES)}.")] = "operator",
) -> None:
    """Let somebody in with a role of the desk; give the role to somebody who is there already."""
    if role not in people.ROLES:
        raise typer.BadParameter(f"there is no role {role}; roles are {', '.join(people.ROLES)}", param_hint="--role")
    known = Person.objects.filter(email__iexact=email).first()
    if known is not None:
        people.set_role(person_id=known.pk, role=role, given=True, by=None, now=timezone.now())
    else:
        known = _added(email, name, role)
    typer.echo(f"{known.name} <{known.email}> is {role} now; a code to this address signs in.")


def _added(email: str, name: str, role: str) -> Person:
    try:
        return people.add_person(email=email, name=name, role=role, by=None, now=timezone.now())
    except people.PersonDefective as wrong:
        said = {"email": f"{email!r} is no e-mail address", "name": "somebody new needs a name: --name 'Ines Moe'"}
        raise typer.BadParameter(said[wrong.field]) from wrong

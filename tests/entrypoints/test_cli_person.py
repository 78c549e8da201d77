"""How does the first operator come in, before anybody can sign in?"""

import pytest
from typer.testing import CliRunner

from countermark.apps.parties.models import Person, StaffEvent
from countermark.entrypoints.cli import app

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["person", *arguments])
    return result.exit_code, result.output


def test_the_first_operator_is_let_in_at_the_command_line():
    code, text = said("Tomas@desk.example", "--name", "Tomás Ferreira")
    assert (code, text) == (
        0,
        "Tomás Ferreira <tomas@desk.example> is operator now; a code to this address signs in.\n",
    )
    assert Person.objects.get().is_operator
    assert set(StaffEvent.objects.values_list("event", "by")) == {("person.added", None), ("role.given", None)}


def test_somebody_who_is_there_already_is_given_the_role_and_not_doubled():
    Person.objects.create_user("rana@desk.example", name="Rana Haddad", is_reviewer=True)
    assert said("RANA@desk.example", "--role", "senior")[0] == 0
    rana = Person.objects.get()
    assert (rana.is_reviewer, rana.is_senior, rana.is_operator) == (True, True, False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody", "--name", "No Body"], "is no e-mail address"),
        (["new@desk.example"], "needs a name"),
        (["new@desk.example", "--name", "New", "--role", "king"], "there is no role king"),
    ],
)
def test_what_is_missing_is_named_and_nobody_is_added(arguments, words):
    code, text = said(*arguments)
    assert code == 2
    assert words in " ".join(text.split())
    assert not Person.objects.exists()

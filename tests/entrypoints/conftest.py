"""What the tests of the doors share: current texts, and people who can sign in."""

import pytest

from countermark.apps.parties.models import Person
from countermark.project.texts import compile_texts


@pytest.fixture(scope="session", autouse=True)
def current_texts() -> None:
    """Pages speak as the catalogues say now, not as they were last compiled."""
    compile_texts()


@pytest.fixture
def rana(db: None) -> Person:
    """A reviewer."""
    return Person.objects.create_user("rana@harbour.example", name="Rana Haddad", is_reviewer=True)


@pytest.fixture
def otto(db: None) -> Person:
    """Somebody with an account and no role."""
    return Person.objects.create_user("otto@example.org", name="Otto")

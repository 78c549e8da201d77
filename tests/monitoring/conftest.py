"""People who ask."""

import pytest

from countermark.apps.parties.models import Person


@pytest.fixture
def rana(db: None) -> Person:
    """A reviewer."""
    return Person.objects.create_user("rana@harbour.example", name="Rana Haddad", is_reviewer=True)

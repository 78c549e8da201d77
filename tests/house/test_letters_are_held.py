"""Is every kind of letter held after a restore? A table of letters that nobody holds would send twice what went out before."""

from countermark.apps.keeping import tables
from countermark.apps.keeping.going_on import LETTER_JOBS
from countermark.entrypoints.jobs.handlers import HANDLERS

MARKS = {"mail_id", "address", "delivered_at", "failed_at"}


def test_every_table_of_letters_is_held_after_a_restore():
    letters = {m for m in tables.all_models() if {field.name for field in m._meta.fields} >= MARKS}
    assert letters == set(LETTER_JOBS.values())
    assert set(LETTER_JOBS) <= set(HANDLERS)

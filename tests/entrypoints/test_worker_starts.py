"""What has a worker behind it before it takes its first job?"""

import signal

from django.urls import clear_url_caches, get_resolver

from countermark.entrypoints.cli import worker as door
from countermark.entrypoints.jobs.worker import Worker


def test_a_worker_reads_what_takes_long_before_it_holds_anything(monkeypatch):
    """Killed while it starts it leaves no lease behind, and nobody waits a minute for what it had in hand."""
    found = []
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(Worker, "once", lambda self: found.append(get_resolver()._populated))
    clear_url_caches()
    assert not get_resolver()._populated
    door.worker(name="w", once=True, threads=1)
    assert found == [True]

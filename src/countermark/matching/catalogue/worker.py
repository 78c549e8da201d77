"""What does a process that screens do? It makes its screen of the rights, and answers batches until nobody asks any more."""

import gc
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from countermark.matching.catalogue.batch import screen_batch, screen_of
from countermark.matching.catalogue.processes import Failed
from countermark.matching.libraries import Library

cv2: Any = Library("cv2")


def serve(pipe: Any) -> NoReturn:
    """Screen what comes through a pipe until it closes; raises EOFError or OSError then."""
    rights = pipe.recv()
    cv2.setNumThreads(1)  # there is a process for each processor
    made = tried(screen_of, rights)
    pipe.send(made if isinstance(made, Failed) else None)
    gc.freeze()  # what was made so far stays: looking through it again and again for what may go takes time
    while True:
        pipe.send(tried(screen_batch, pipe.recv(), rights))


def tried(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function does, or how it failed: whoever asked ends the run with it."""
    try:
        return function(*arguments)
    except Exception as fault:
        is_refusal = isinstance(getattr(fault, "code", None), str)
        return Failed(is_refusal, str(fault) if is_refusal else traceback.format_exc())


if __name__ == "__main__":
    # Ctrl-C reaches all processes of a terminal; who began this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):  # whoever began it is gone
        serve(Connection(int(sys.argv[1])))

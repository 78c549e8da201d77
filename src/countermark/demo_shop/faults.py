"""How does the shop misbehave on purpose, for tests? Only in a process started with SHOP_FAULTS=1."""

import threading
from collections import deque
from dataclasses import dataclass

KINDS = ("late", "slow", "twice", "never", "error", "busy", "wrong", "garbage", "huge")


@dataclass(frozen=True, slots=True)
class Fault:
    """late: act, then answer after `seconds`; slow: wait `seconds`, then act; twice: act two times; never: wait,
    do not act; error: 500, not acted; busy: 429 with Retry-After; wrong: answer for another listing, not acted;
    garbage: act,
    answer no JSON; huge: act, answer without end."""

    kind: str
    seconds: float = 0.0


class Faults:
    """The faults of the next API requests, one each, in the order they were laid in."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()
        self._lock = threading.Lock()

    def lay_in(self, fault: Fault, times: int = 1) -> None:
        if fault.kind not in KINDS:
            raise ValueError(f"no fault {fault.kind!r}; there are {', '.join(KINDS)}")
        with self._lock:
            self._waiting.extend([fault] * times)

    def next(self) -> Fault | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

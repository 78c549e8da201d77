"""Who screens the batches, where one machine is not enough? The workers of a Ray cluster that is running already.

They run the very function that the processes of one machine run, so the answers are the same. The rights are sent to each machine
once; the files are read, and the answers written, where the run was begun.
"""

import os
import socket
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any

from countermark.matching.catalogue.batch import screen_batch
from countermark.matching.catalogue.processes import AHEAD
from countermark.matching.catalogue.rights import Rights
from countermark.matching.libraries import Library

ray: Any = Library("ray", "ray")

SECONDS = 5  # that a cluster has to take a connection


class NoCluster(ConnectionError):
    """No Ray cluster answers."""

    code = "no_cluster"

    def __init__(self, address: str, fault: str) -> None:
        self.address = address
        super().__init__(
            f"no Ray cluster answers at {address} ({fault}). Start one with `ray start --head`, or name it: RAY_ADDRESS. "
            "RAY_ADDRESS=local begins one on this machine for this run."
        )


class ClusterFailed(RuntimeError):
    """The cluster gave up on a batch. What was done is kept."""

    code = "cluster_failed"

    def __init__(self, fault: str) -> None:
        super().__init__(f"the Ray cluster gave up: {fault}. Run the same command again: it goes on where it stopped.")


class Cluster:
    """A Ray cluster. `count` is how many batches are screened at a time; 0: as many as it has processors."""

    def __init__(self, rights: Rights, address: str, count: int = 0) -> None:
        self._came = not ray.is_initialized()
        if self._came:
            connect(address, count)
        self.ahead = AHEAD * (count or int(ray.cluster_resources().get("CPU", 1)))
        self._rights = ray.put(rights)
        self._screen = ray.remote(num_cpus=1, max_retries=3)(screen_batch)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._came:
            ray.shutdown()

    def submit(self, batch: Any) -> Callable[[], Any]:
        return partial(answer_of, self._screen.remote(batch, self._rights))


def answer_of(reference: Any) -> Any:
    """Wait for the answer of a batch; raises ClusterFailed."""
    try:
        return ray.get(reference)
    except ray.exceptions.RayError as fault:
        raise ClusterFailed(str(fault).strip().rpartition("\n")[2][:300]) from fault


def connect(address: str, count: int) -> None:
    """Join the cluster; raises NoCluster, ScreeningNotInstalled."""
    more = {"num_cpus": count or None, "include_dashboard": False} if address == "local" else {}
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nobody outside is told of it
    refuse_silent(address)
    try:
        ray.init(address=address, log_to_driver=False, logging_level="error", **more)
    except (ConnectionError, ValueError, RuntimeError) as fault:
        raise NoCluster(address, str(fault).split("\n", 1)[0][:200]) from fault


def refuse_silent(address: str) -> None:
    """Refuse an address behind which nobody listens; Ray alone would ask for minutes. Raises NoCluster."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not (colon and port.isdigit()):
        return  # a word of Ray's own, such as auto
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS).close()
    except (OSError, OverflowError) as fault:
        raise NoCluster(address, str(fault)) from fault

"""How sure is a share that was measured? Intervals of 95 %: Wilson's where every question stands for itself, and by scenes
where several questions are of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import sqrt

import numpy as np

DRAWN = 4000  # samples of the scenes, each with as many as there are


def interval(hits: int, count: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, 95 %."""
    if not count:
        return 0.0, 1.0
    share, z = hits / count, 1.96
    middle = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count)


def by_scenes(told: Iterable[tuple[int, bool]]) -> tuple[float, float]:
    """Return the interval of a share whose questions are of scenes: samples of scenes, as questions of one scene hang together.

    Where all scenes are alike to the last, samples show nothing: then it is Wilson's, as if each scene were one question.
    """
    scenes = defaultdict(list)
    for scene, hit in told:
        scenes[scene].append(hit)
    hits, counts = (np.array([part(one) for one in scenes.values()]) for part in (sum, len))
    if not len(hits) or hits.sum() in (0, counts.sum()):
        return interval(len(hits) if hits.sum() else 0, len(hits))
    chosen = np.random.default_rng(20261122).integers(0, len(hits), size=(DRAWN, len(hits)))
    low, high = np.quantile(hits[chosen].sum(axis=1) / counts[chosen].sum(axis=1), (0.025, 0.975))
    return float(low), float(high)


def said(told: list[tuple[int, bool]]) -> str:
    """Return a share with its interval by scenes, and of how many questions."""
    low, high = by_scenes(told)
    return f"{sum(hit for _, hit in told) / max(1, len(told)):.3f} [{low:.3f}, {high:.3f}] of {len(told)}"

"""The parts of a bench that decide whether it passes are tried like any other code."""

import sys
from importlib import import_module
from pathlib import Path

BENCHMARKS = str(Path(__file__).resolve().parents[2] / "benchmarks")
sys.path.insert(0, BENCHMARKS)  # for this import alone: a bench there is called as a folder here
for name in ("storm", "storm_count", "storm_front", "drawn_goods", "recall_material", "recall_shares", "fit_text",
             "text_attacks", "text_reliability", "text_scores"):  # fmt: skip
    import_module(name)
sys.path.remove(BENCHMARKS)

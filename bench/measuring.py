"""What every benchmark shares: the best of several runs, and results as a list that others can read."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"


def best(run: Callable[[], Any], *, repeat: int, number: int = 1) -> float:
    """Seconds of one call: the best of ``repeat`` times of ``number`` calls, which noise can only lengthen."""
    times = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(repeat):
            begin = time.perf_counter()
            for _ in range(number):
                run()
            times.append((time.perf_counter() - begin) / number)
    finally:
        gc.enable()
    return min(times)


def result(name: str, value: float, unit: str, of: str) -> dict[str, Any]:
    """One line of the results; also printed."""
    shown = f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
    print(f"{name:32} {shown:>10} {unit:24} {of}", file=sys.stderr, flush=True)
    return {"name": name, "value": value, "unit": unit, "of": of}


def save(results: list[dict[str, Any]]) -> None:
    """Add lines to the results file, in place of older ones of the same names."""
    old = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    names = {one["name"] for one in results}
    kept = [one for one in old if one["name"] not in names]
    RESULTS.write_text(json.dumps(kept + results, indent=1) + "\n", encoding="utf-8")

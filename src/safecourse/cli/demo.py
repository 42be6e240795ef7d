"""The walk of ``make demo``: decide, plan and draw the example courses, and say where to look."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from safecourse.cli.screen import NOTICE, Terminal
from safecourse.cli.terminal import decision_in_words
from safecourse.course import read_course
from safecourse.report import page
from safecourse.rules import decide

EXAMPLES = (
    ("us-ipledge-blocked-window", "dispense", "2026-11-24T12:00-05:00"),
    ("us-ipledge-first-month", "dispense", "2026-10-07T12:00-04:00"),
    ("uk-isotretinoin-seventeen", "prescribe", "2026-10-13T09:30+01:00"),
    ("us-ipledge-two-programmes", "dispense", "2026-11-24T12:00-05:00"),
    ("us-imiquimod-5-carcinoma-unmeasured", "enrol", "2026-11-24T12:00-05:00"),
)


def main(examples: Path = Path("examples"), pages: Path = Path("build/demo")) -> int:
    """Walk through the examples; 64 if they aren't where they should be."""
    if not examples.is_dir():
        print(f"The examples are not in {examples}; run this in the folder of the repository.", file=sys.stderr)
        return 64
    terminal = Terminal.here()
    pages.mkdir(parents=True, exist_ok=True)
    drawn = []
    for name, gate, instant in EXAMPLES:
        file = examples / f"{name}.yaml"
        course, at = read_course(file), datetime.fromisoformat(instant)
        print(terminal.paint(f"$ safecourse decide {file} --gate {gate} --at {instant}", "bold"))
        print(decision_in_words(decide(course, gate, at=at), terminal).removesuffix(NOTICE).rstrip())
        print()
        drawn.append(pages / f"{name}.html")
        drawn[-1].write_text(page(course, at), encoding="utf-8")
    print(terminal.paint("Each course is drawn on a page of its own; open one in a browser:", "bold"))
    for one in drawn:
        print(f"  {one}")
    print("\nNext: safecourse programmes show us-ipledge; safecourse programmes diff us-ipledge 2026-11-14 2026-11-15")
    print("(the command is in .venv/bin). " + NOTICE)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The command line, from start to finish."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from measuring import best, result, save

EXAMPLE = Path(__file__).parent.parent / "examples" / "us-ipledge-first-month.yaml"
AT = "2026-10-07T12:00-04:00"


def main() -> None:
    base = [sys.executable, "-m", "safecourse"]

    def help_() -> None:
        done = subprocess.run([*base, "--help"], capture_output=True, check=True)
        assert b"decide" in done.stdout

    def decide() -> None:
        done = subprocess.run(
            [*base, "decide", str(EXAMPLE), "--gate", "dispense", "--at", AT], capture_output=True, check=True
        )
        assert done.stdout.startswith(b"ALLOWED")

    save(
        [
            result("cli_help", best(help_, repeat=15), "s", "safecourse --help, start to finish"),
            result("cli_decide", best(decide, repeat=15), "s", "safecourse decide, 20 events, start to finish"),
        ]
    )


if __name__ == "__main__":
    main()

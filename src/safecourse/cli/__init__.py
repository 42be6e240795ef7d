"""The command line: arguments in, one command called, and whatever went wrong as a message and an exit code.

0, 1 and 2 come only from an answer: ``decide`` allowed, refused or undetermined (``programmes test``: 1 if a scenario
fails). 64 says that the question can't be answered as it was put, 70 that safecourse itself failed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from safecourse.cli.arguments import USAGE, Usage, parser

INTERNAL = 70
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a letter shows a question mark, rather than no answer.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        chosen = parser().parse_args(arguments)
        code = int(chosen.run(chosen))
        sys.stdout.flush()
    except Usage as wrong:
        print(f"{wrong}", file=sys.stderr)
        return USAGE
    except SystemExit as ended:  # argparse, after --help, --version or wrong usage
        return ended.code if isinstance(ended.code, int) else USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who reads the answer went away; what is left in the buffer must not raise again while Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERNAL
    except Exception as error:
        if os.environ.get("SAFECOURSE_TRACEBACK"):
            raise
        print(_internal(error), file=sys.stderr)
        return INTERNAL
    return code


def _internal(error: Exception) -> str:
    # The type and the place, not the message: that may quote the course of a patient.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "unknown place"
    return (
        f"safecourse: internal error ({type(error).__name__} at {place}). Nothing was decided. Please report it with "
        "the rules and dates involved but without the patient's data; SAFECOURSE_TRACEBACK=1 prints where it happened."
    )

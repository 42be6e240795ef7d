"""The loops over events: for each course, walk its events of one kind and keep what a fact asks for.

Written as plain loops. Where numba is installed they are compiled, and are a
hundred times faster; the answers are the same, and a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

from safecourse.days import NEVER

Function = TypeVar("Function", bound=Callable[..., Any])

try:
    import numba
except ImportError:  # numba is optional

    def compiled(function: Function) -> Function:
        """Leave a loop as it is."""
        return function

else:

    def compiled(function: Function) -> Function:
        """Compile a loop when it is first called, and keep the machine code for the next run."""
        return cast(Function, numba.njit(cache=True, nogil=True)(function))


# What a fact's filter says of a signature.
NO, YES, SINCE, DOUBT = 0, 1, 2, 3  # SINCE: only on or after another fact; DOUBT: ask the engine for single courses


@compiled
def walk(
    offsets: Any, day: Any, answers: Any, low: Any, high: Any, since: Any, backwards: bool, found: Any, left: Any
) -> None:
    """The event that comes last (or first) within [low, high] of its course, as an index; -1 if there is none."""
    for course in range(len(offsets) - 1):
        begin, end = offsets[course], offsets[course + 1]
        found[course] = -1
        if begin == end:
            continue
        bottom, top, start = low[course], high[course], since[course]
        for step in range(end - begin):
            event = end - 1 - step if backwards else begin + step
            on = day[event]
            if on < bottom or on > top:
                continue
            answer = answers[event]
            if answer == 3:
                left[course] = True
                break
            if answer == 1 or (answer == 2 and start > NEVER and on >= start):
                found[course] = event
                break


@compiled
def tied_value(
    offsets: Any, day: Any, answers: Any, amount: Any, since: Any, found: Any, most: bool, value: Any
) -> None:
    """Of the amounts of all events that tie with the found one, the most or the least; NEVER if none was found."""
    for course in range(len(offsets) - 1):
        chosen = found[course]
        value[course] = NEVER
        if chosen < 0:
            continue
        best = amount[chosen]
        for event in range(offsets[course], offsets[course + 1]):
            if day[event] != day[chosen]:
                continue
            if answers[event] == 1 or (answers[event] == 2 and since[course] > NEVER and day[event] >= since[course]):
                best = max(best, amount[event]) if most else min(best, amount[event])
        value[course] = best


@compiled
def tally(offsets: Any, day: Any, answers: Any, low: Any, high: Any, since: Any, value: Any, left: Any) -> None:
    """How many events count within [low, high]."""
    for course in range(len(offsets) - 1):
        count = 0
        start = since[course]
        for event in range(offsets[course], offsets[course + 1]):
            on = day[event]
            if on < low[course] or on > high[course]:
                continue
            if answers[event] == 3:
                left[course] = True
            elif answers[event] == 1 or (answers[event] == 2 and start > NEVER and on >= start):
                count += 1
        value[course] = count


@compiled
def run_start(
    offsets: Any,
    day: Any,
    answers: Any,
    said: Any,
    stated: Any,
    absent: int,
    broken: Any,
    low: Any,
    high: Any,
    value: Any,
) -> None:
    """The first day of the last run of declarations that say the same."""
    for course in range(len(offsets) - 1):
        start, run, any_run = NEVER, 0, False
        for event in range(offsets[course], offsets[course + 1]):
            if day[event] < low[course] or day[event] > high[course] or answers[event] != 1:
                continue
            if day[event] <= broken[course]:
                continue
            changed = not any_run or said[event] != run
            if stated[event] != absent:
                start = max(stated[event], broken[course])
            elif changed:
                start = day[event]
            run, any_run = said[event], True
        value[course] = start


@compiled
def agreement(
    offsets: Any, day: Any, party: Any, said: Any, parties: int, low: Any, high: Any, as_of: int, value: Any
) -> None:
    """The day of the last party's declaration in [low, high], if it says what the others said last; else NEVER."""
    for course in range(len(offsets) - 1):
        begin, end = offsets[course], offsets[course + 1]
        value[course] = NEVER
        own, word, agree = NEVER, 0, True
        for step in range(end - begin):
            event = end - 1 - step
            on = day[event]
            if party[event] != parties - 1 or on < low[course] or on > high[course]:
                continue
            if own == NEVER:
                own, word = on, said[event]
            elif on == own:
                agree = agree and said[event] == word
            else:
                break
        if own == NEVER:
            continue
        for other in range(parties - 1):
            theirs = NEVER
            for step in range(end - begin):
                event = end - 1 - step
                if party[event] != other or day[event] > as_of:
                    continue
                if theirs == NEVER:
                    theirs = day[event]
                if day[event] == theirs:
                    agree = agree and said[event] == word
                else:
                    break
            agree = agree and theirs != NEVER
        if agree:
            value[course] = own


@compiled
def only_one(offsets: Any, day: Any, answers: Any, as_of: int, found: Any, left: Any) -> None:
    """The one event that counts up to a day; a course with several is left to the engine for single courses."""
    for course in range(len(offsets) - 1):
        found[course] = -1
        for event in range(offsets[course], offsets[course + 1]):
            if day[event] > as_of or answers[event] == 0:
                continue
            if found[course] >= 0 or answers[event] == 3:
                left[course] = True
            found[course] = event


def spread(by_signature: Any, signature: Any) -> Any:
    """What holds for each signature, for each event."""
    return np.asarray(by_signature)[signature] if len(signature) else np.zeros(0, dtype=np.asarray(by_signature).dtype)

"""The loops over events: for each course, walk its events of one kind and keep what a fact asks for.

Written as plain loops. Where numba is installed they are compiled, and are a
hundred times faster; the answers are the same, and a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

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


# Courses come as a list of those that have such events: a loop that finds nothing in every third course is many times
# slower than one that isn't asked. Of the others, the value stays what it was. Numbers of courses and signatures are
# unsigned, which spares a test for negative indices at each look.

# What a fact's filter says of a signature. Loops look it up at each event that they come to.
NO, YES, SINCE, DOUBT = 0, 1, 2, 3  # SINCE: only on or after another fact; DOUBT: ask the engine for single courses


@compiled
def having(offsets: Any, courses: Any) -> int:
    """Write the numbers of the courses that have events at all into ``courses``; how many they are."""
    size = 0
    for course in range(len(offsets) - 1):
        courses[size] = course
        size += offsets[course + 1] > offsets[course]
    return size


@compiled
def last(
    courses: Any, offsets: Any, day: Any, signature: Any, answers: Any, low: Any, high: Any, since: Any,
    doubts: bool, found: Any, value: Any, left: Any,
) -> None:  # fmt: skip
    """The event that comes last within [low, high] of its course: its day, and (where asked for) its index.

    Where some answers are doubts, the events that tie with it are asked too.
    """
    keep = len(found) > 0
    for course in courses:
        begin, event = offsets[course], offsets[course + 1] - 1
        bottom, top, on_day = low[course], high[course], NEVER
        while event >= begin:
            on = day[event]
            if on < bottom:
                break  # days only get further away
            if on <= top:
                answer = answers[signature[event]]
                if answer == 3:
                    left[course] = True
                    break
                if answer == 1 or (answer == 2 and since[course] > NEVER and on >= since[course]):
                    if on_day == NEVER:
                        on_day = on
                        if keep:
                            found[course] = event
                    if not doubts:
                        break
                    bottom = on
            event -= 1
        value[course] = on_day


@compiled
def first(
    courses: Any, offsets: Any, day: Any, signature: Any, answers: Any, low: Any, high: Any, since: Any,
    doubts: bool, found: Any, value: Any, left: Any,
) -> None:  # fmt: skip
    """The event that comes first within [low, high] of its course: its day, and (where asked for) its index.

    Where some answers are doubts, the events that tie with it are asked too.
    """
    keep = len(found) > 0
    for course in courses:
        event, end = offsets[course], offsets[course + 1]
        bottom, top, on_day = low[course], high[course], NEVER
        while event < end:
            on = day[event]
            if on > top:
                break
            if on >= bottom:
                answer = answers[signature[event]]
                if answer == 3:
                    left[course] = True
                    break
                if answer == 1 or (answer == 2 and since[course] > NEVER and on >= since[course]):
                    if on_day == NEVER:
                        on_day = on
                        if keep:
                            found[course] = event
                    if not doubts:
                        break
                    top = on
            event += 1
        value[course] = on_day


@compiled
def latest(courses: Any, offsets: Any, day: Any, signature: Any, as_of: int, value: Any) -> None:
    """The last day, up to that of the act, by signature and course."""
    for course in courses:
        for event in range(offsets[course], offsets[course + 1]):
            if day[event] <= as_of:
                value[signature[event], course] = day[event]


@compiled
def tied_value(
    courses: Any, offsets: Any, day: Any, signature: Any, answers: Any, amount: Any, of_signature: bool, since: Any,
    found: Any, step: int, most: bool, value: Any,
) -> None:  # fmt: skip
    """Of the amounts of all events that tie with the found one, the most or the least; NEVER if none was found.

    Those that tie lie beyond the found one, before it (step -1) or after it
    (step 1): on its other side nothing of its day counted.
    """
    for course in courses:
        event = found[course]
        best = NEVER
        if event >= 0:
            on, begin, end = day[event], offsets[course], offsets[course + 1]
            best = amount[signature[event]] if of_signature else amount[event]
            event += step
            while begin <= event < end and day[event] == on:
                answer = answers[signature[event]]
                if answer == 1 or (answer == 2 and since[course] > NEVER and on >= since[course]):
                    one = amount[signature[event]] if of_signature else amount[event]
                    best = max(best, one) if most else min(best, one)
                event += step
        value[course] = best


@compiled
def tally(
    courses: Any, offsets: Any, day: Any, signature: Any, answers: Any, low: Any, high: Any, since: Any,
    value: Any, left: Any,
) -> None:  # fmt: skip
    """How many events count within [low, high]."""
    for course in courses:
        count = 0
        start = since[course]
        for event in range(offsets[course], offsets[course + 1]):
            on = day[event]
            if on < low[course] or on > high[course]:
                continue
            answer = answers[signature[event]]
            if answer == 3:
                left[course] = True
            elif answer == 1 or (answer == 2 and start > NEVER and on >= start):
                count += 1
        value[course] = count


@compiled
def run_start(
    courses: Any,
    offsets: Any,
    day: Any,
    signature: Any,
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
    for course in courses:
        start, run, any_run = NEVER, 0, False
        for event in range(offsets[course], offsets[course + 1]):
            if day[event] < low[course] or day[event] > high[course] or answers[signature[event]] != 1:
                continue
            if day[event] <= broken[course]:
                continue
            words = said[signature[event]]
            changed = not any_run or words != run
            if stated[event] != absent:
                start = max(stated[event], broken[course])
            elif changed:
                start = day[event]
            run, any_run = words, True
        value[course] = start


@compiled
def agreement(
    courses: Any, offsets: Any, day: Any, signature: Any, party: Any, said: Any, parties: int,
    low: Any, high: Any, as_of: int, value: Any,
) -> None:  # fmt: skip
    """The day of the last party's declaration in [low, high], if it says what the others said last; else NEVER."""
    for course in courses:
        begin, end = offsets[course], offsets[course + 1]
        own, word, agree = NEVER, 0, True
        for step in range(end - begin):
            event = end - 1 - step
            on = day[event]
            if party[signature[event]] != parties - 1 or on < low[course] or on > high[course]:
                continue
            if own == NEVER:
                own, word = on, said[signature[event]]
            elif on == own:
                agree = agree and said[signature[event]] == word
            else:
                break
        if own == NEVER:
            continue
        for other in range(parties - 1):
            theirs = NEVER
            for step in range(end - begin):
                event = end - 1 - step
                if party[signature[event]] != other or day[event] > as_of:
                    continue
                if theirs == NEVER:
                    theirs = day[event]
                if day[event] == theirs:
                    agree = agree and said[signature[event]] == word
                else:
                    break
            agree = agree and theirs != NEVER
        if agree:
            value[course] = own


@compiled
def only_one(
    courses: Any, offsets: Any, day: Any, signature: Any, answers: Any, as_of: int, found: Any, left: Any
) -> None:
    """The one event that counts up to a day; a course with several is left to the engine for single courses."""
    for course in courses:
        chosen, several = -1, 0
        for event in range(offsets[course], offsets[course + 1]):
            answer = answers[signature[event]] if day[event] <= as_of else 0
            chosen = event if answer != 0 else chosen
            several += answer  # YES is 1, and a doubt is more
        found[course] = chosen
        if several > 1:
            left[course] = True


@compiled
def taken(column: Any, found: Any, otherwise: int, value: Any) -> None:
    """What a column says of the found events, and something else where none was found."""
    for course in range(len(found)):
        value[course] = column[found[course]] if found[course] >= 0 else otherwise


@compiled
def either(truth: Any, one: Any, other: Any, value: Any) -> None:
    """``one`` where something holds, ``other`` where it doesn't."""
    for course in range(len(truth)):
        value[course] = one[course] if truth[course] else other[course]

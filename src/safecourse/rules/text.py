"""The rule text: the few lines that every verdict of every course goes through.

Only ``+ < > <= | & == !=`` and names, so that the same lines run on Python
ints (one patient) and on numpy arrays (ten million). A test reads this
module's syntax tree and fails on anything else. Truth values are ints or
booleans 0 and 1; ``!= YES`` is "not".

An edge is an anchor and an offset. There are three kinds of it: one that is
always there (a number, the day of the act), one whose anchor is a fact that
may be never, so that nothing lies within (``fact``), and one that then sets no
limit (``free``).
"""

from __future__ import annotations

from typing import Any

from safecourse.days import NEVER_EDGE

YES = True


def from_edge(observed: Any, anchor: Any, offset: Any) -> Any:
    """Observed is a day (or number) on or after an edge that is always there."""
    return (NEVER_EDGE < observed) & (anchor + offset <= observed)


def from_fact(observed: Any, anchor: Any, offset: Any) -> Any:
    """Observed lies on or after an edge; if its anchor never happened, nothing does."""
    return (NEVER_EDGE < observed) & (NEVER_EDGE < anchor) & (anchor + offset <= observed)


def from_free(observed: Any, anchor: Any, offset: Any) -> Any:
    """Observed lies on or after an edge; if its anchor never happened, there is none."""
    return (NEVER_EDGE < observed) & ((anchor < NEVER_EDGE) | (anchor + offset <= observed))


def until_edge(observed: Any, anchor: Any, offset: Any) -> Any:
    """Observed is a day (or number) on or before an edge that is always there."""
    return (NEVER_EDGE < observed) & (observed <= anchor + offset)


def until_fact(observed: Any, anchor: Any, offset: Any) -> Any:
    """Observed lies on or before an edge; if its anchor never happened, nothing does."""
    return (NEVER_EDGE < observed) & (NEVER_EDGE < anchor) & (observed <= anchor + offset)


def until_free(observed: Any, anchor: Any, offset: Any) -> Any:
    """Observed lies on or before an edge; if its anchor never happened, there is none."""
    return (NEVER_EDGE < observed) & ((anchor < NEVER_EDGE) | (observed <= anchor + offset))


def both(one: Any, other: Any) -> Any:
    """Both hold."""
    return one & other


def opposite(one: Any) -> Any:
    """It does not hold."""
    return one != YES


def inside_false(lower: Any, lower_known: Any, upper: Any, upper_known: Any) -> Any:
    """It is known that observed lies outside the window."""
    return (lower_known & (lower != YES)) | (upper_known & (upper != YES))


def inside_true(lower: Any, lower_known: Any, upper: Any, upper_known: Any) -> Any:
    """It is known that observed lies inside the window."""
    return lower_known & lower & upper_known & upper


def failing(applies: Any, applies_known: Any, is_false: Any) -> Any:
    """A requirement that certainly applies and certainly isn't met."""
    return applies_known & applies & is_false


def open_question(applies: Any, applies_known: Any, is_false: Any, is_true: Any) -> Any:
    """A requirement of which nobody can tell whether it stands in the way."""
    maybe_applies = (applies_known != YES) | applies
    return maybe_applies & (is_true != YES) & ((applies_known & is_false) != YES)

"""The rule text: the few lines that every verdict of every course goes through.

Only ``+ < > <= | & == !=`` and names, so that the same lines run on Python
ints (one patient) and on numpy arrays (ten million). A test reads this
module's syntax tree and fails on anything else. Truth values are ints or
booleans 0 and 1; ``!= 1`` is "not".
"""

from __future__ import annotations

from typing import Any

from safecourse.days import NEVER_EDGE


def lower_holds(observed: Any, anchor: Any, offset: Any, free: Any) -> Any:
    """Observed is a day (or number) on or after the opening edge."""
    present = NEVER_EDGE < anchor
    return (NEVER_EDGE < observed) & ((present & (anchor + offset <= observed)) | ((present != 1) & free))


def upper_holds(observed: Any, anchor: Any, offset: Any, free: Any) -> Any:
    """Observed is a day (or number) on or before the closing edge."""
    present = NEVER_EDGE < anchor
    return (NEVER_EDGE < observed) & ((present & (observed <= anchor + offset)) | ((present != 1) & free))


def inside_false(lower: Any, lower_known: Any, upper: Any, upper_known: Any) -> Any:
    """It is known that observed lies outside the window."""
    return (lower_known & (lower != 1)) | (upper_known & (upper != 1))


def inside_true(lower: Any, lower_known: Any, upper: Any, upper_known: Any) -> Any:
    """It is known that observed lies inside the window."""
    return lower_known & lower & upper_known & upper


def failing(applies: Any, applies_known: Any, is_false: Any) -> Any:
    """A requirement that certainly applies and certainly isn't met."""
    return applies_known & applies & is_false


def open_question(applies: Any, applies_known: Any, is_false: Any, is_true: Any) -> Any:
    """A requirement of which nobody can tell whether it stands in the way."""
    maybe_applies = (applies_known != 1) | applies
    return maybe_applies & (is_true != 1) & ((applies_known & is_false) != 1)

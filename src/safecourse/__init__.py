"""safecourse: may this course go on today; if not, what makes it lawful, and when?

Not medical advice, and not an official system of any programme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["Decision", "Plan", "__version__", "decide", "plan", "programme", "read_course"]

if TYPE_CHECKING:
    from safecourse.course import read_course
    from safecourse.rulebook import programme
    from safecourse.rules import Decision, Plan, decide, plan


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that importing the package costs next to nothing."""
    if name == "read_course":
        from safecourse.course import read_course

        return read_course
    if name == "programme":
        from safecourse.rulebook import programme

        return programme
    if name in ("Decision", "Plan", "decide", "plan"):
        from safecourse import rules

        return getattr(rules, name)
    raise AttributeError(f"module 'safecourse' has no attribute '{name}'")

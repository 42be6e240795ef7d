"""The report: one page that draws a course, its gates and its plan."""

from __future__ import annotations

from safecourse.report.page import page

__all__ = ["page"]

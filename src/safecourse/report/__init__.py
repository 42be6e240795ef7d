"""The report: one page that draws a course, its gates and its plan."""

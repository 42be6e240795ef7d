"""The event vocabulary, a course, and reading course files."""

from safecourse.course.model import Course, Event, Patient, Stretch
from safecourse.course.problems import Problem, UnusableCourse
from safecourse.course.reading import read_course, read_course_text

__all__ = [
    "Course",
    "Event",
    "Patient",
    "Problem",
    "Stretch",
    "UnusableCourse",
    "read_course",
    "read_course_text",
]

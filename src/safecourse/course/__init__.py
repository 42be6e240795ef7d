"""The event vocabulary, a course, and reading course files."""

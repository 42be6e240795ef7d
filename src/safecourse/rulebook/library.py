"""The shipped rule books: which programmes and versions there are, and which governs on a day."""

from __future__ import annotations

import functools
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from safecourse import days
from safecourse.rulebook.loading import read_programme
from safecourse.rulebook.model import Programme

SHIPPED = Path(__file__).resolve().parent.parent / "programmes"


class NoSuchProgramme(LookupError):
    """No programme has that id."""


class NoVersionInForce(LookupError):
    """The programme exists, but no version of it was in force on that day."""


@functools.cache
def _files(root: Path) -> dict[str, tuple[tuple[int, Path], ...]]:
    """For each programme id its files, by the day from which each is in force."""
    found: dict[str, tuple[tuple[int, Path], ...]] = {}
    for folder in sorted(root.iterdir()):
        versions = sorted((days.parse_day(path.stem), path) for path in folder.glob("????-??-??.toml"))
        if versions:
            found[folder.name] = tuple(versions)
    return found


@functools.cache
def _read(path: Path) -> Programme:
    return read_programme(path)


def programme_ids() -> tuple[str, ...]:
    """The ids of all shipped programmes, in alphabetical order."""
    return tuple(_files(SHIPPED))


def versions(programme_id: str) -> tuple[Programme, ...]:
    """All versions of a programme, oldest first; NoSuchProgramme if there is none."""
    return tuple(_read(path) for _, path in _of(programme_id))


def version_days(programme_id: str) -> tuple[int, ...]:
    """The days from which a programme's versions are in force, oldest first."""
    return tuple(day for day, _ in _of(programme_id))


def programme(programme_id: str, on: int | date | str = "today") -> Programme:
    """The version in force on a day: a date, ISO text, or a day number; left out, today in the programme's zone.

    NoSuchProgramme if the id is unknown, NoVersionInForce before the first
    version, ValueError if the text is no day.
    """
    if on == "today":
        zone = ZoneInfo(versions(programme_id)[-1].timezone)
        on = days.day_in_zone(datetime.now(zone), zone)
    elif isinstance(on, str):
        on = days.parse_day(on)
    elif isinstance(on, datetime):
        raise ValueError("a version is in force on days; give a date, not an instant")
    elif isinstance(on, date):
        on = days.day_number(on)
    governing = [path for day, path in _of(programme_id) if day <= on]
    if not governing:
        first = days.iso(_of(programme_id)[0][0])
        raise NoVersionInForce(
            f"{programme_id} has no version in force on {days.iso(on)}; its first is in force from {first}"
        )
    return _read(governing[-1])


def _of(programme_id: str) -> tuple[tuple[int, Path], ...]:
    files = _files(SHIPPED)
    if programme_id not in files:
        raise NoSuchProgramme(f"there is no programme '{programme_id}'; there are {', '.join(files)}")
    return files[programme_id]

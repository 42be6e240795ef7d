"""Which version of a programme is in force on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from safecourse import days, programme
from safecourse.rulebook import NoSuchProgramme, NoVersionInForce


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2021-12-13", "2021-12-13"), ("2023-10-02", "2021-12-13"), ("2023-10-03", "2023-10-03"),
        ("2026-11-14", "2023-10-03"), ("2026-11-15", "2026-11-15"), ("2199-12-31", "2026-11-15"),
    ],
)  # fmt: skip
def test_a_version_is_in_force_from_its_first_day_to_the_day_before_the_next(day: str, version: str) -> None:
    assert programme("us-ipledge", day).version == version
    assert programme("us-ipledge", date.fromisoformat(day)).version == version
    assert programme("us-ipledge", days.parse_day(day)).version == version


def test_without_a_day_it_is_the_version_in_force_today() -> None:
    assert programme("uk-isotretinoin") is programme("uk-isotretinoin", datetime.now(UTC).date())


def test_before_the_first_version_none_is_in_force() -> None:
    with pytest.raises(NoVersionInForce, match="its first is in force from 2021-12-13"):
        programme("us-ipledge", "2021-12-12")


def test_an_unknown_programme_is_answered_with_those_that_exist() -> None:
    with pytest.raises(NoSuchProgramme, match="us-ipledge"):
        programme("us-pledge", "2026-01-01")


@pytest.mark.parametrize("day", ["2026-02-30", "soon", "", datetime(2026, 1, 1, tzinfo=UTC)])
def test_what_is_no_day_is_refused(day: str | datetime) -> None:
    with pytest.raises(ValueError, match=r"day"):
        programme("us-ipledge", day)

"""Courses under labels: creams, and isotretinoin by its label.

Which generator draws which of them, and from which days on.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from proof import courses_creams, courses_isotretinoin
from proof.courses_creams import CREAMS, PIMECROLIMUS

if TYPE_CHECKING:
    from proof.courses import Draw

ZONE = {"us": "America/New_York", "eu": "Europe/Brussels", "jp": "Asia/Tokyo"}
ISOTRETINOIN = ("us-isotretinoin-label", "eu-isotretinoin-label")
LABELS = (*CREAMS, *PIMECROLIMUS, *ISOTRETINOIN)
ZONES = {name: ZoneInfo(ZONE[name[:2]]) for name in LABELS}
STARTS = dict.fromkeys(LABELS, ("2022-03-01", "2022-05-02", "2026-02-02"))
STARTS["eu-pimecrolimus"] = ("2021-12-01", "2022-02-26", "2022-03-01", "2022-05-02", "2026-02-02")


def draw_label(draw: Draw) -> tuple[dict[str, str], list[date]]:
    """A course under the label that the draw is of, and the days at which something may change."""
    if draw.programme in CREAMS:
        return courses_creams.imiquimod(draw)
    return courses_creams.pimecrolimus(draw) if draw.programme in PIMECROLIMUS else courses_isotretinoin.capsules(draw)

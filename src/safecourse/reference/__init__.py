"""The reference evaluator: the rules read a second time, apart from the engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from safecourse.reference.records import Opinion

__all__ = ["Opinion", "judge"]


def judge(document: Mapping[str, Any], gate: str, at: datetime, version: str) -> Opinion:
    """What a second reading of the rules says of one gate of a course.

    ``document`` is a course as a plain mapping, already validated, that names one programme; ``version`` is the day
    from which the rules to apply are in force. ValueError if the programme, the version or the gate isn't known here.
    """
    programme = str(document["programme"])
    if programme == "us-ipledge":
        from safecourse.reference import us_ipledge

        return us_ipledge.judge(document, gate, at, version)
    if programme == "uk-isotretinoin":
        from safecourse.reference import uk_isotretinoin

        return _same(uk_isotretinoin.judge(document, gate, at, version))
    if programme == "eu-isotretinoin":
        from safecourse.reference import eu_isotretinoin

        return _same(eu_isotretinoin.judge(document, gate, at, version))
    if programme in ("de-isotretinoin", "fr-isotretinoin", "it-isotretinoin", "ca-isotretinoin"):
        from safecourse.reference import isotretinoin_countries

        return _same(isotretinoin_countries.judge(document, gate, at, version))
    from safecourse.reference import labels

    return _same(labels.judge(document, gate, at, version))


def _same(found: Any) -> Opinion:
    """An opinion of a module that has its own base, as this module's."""
    return Opinion(found.outcome, found.unmet, found.unknown, found.window)

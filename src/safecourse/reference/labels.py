"""Labels: which module reads the one that a course names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from safecourse.reference import imiquimod, isotretinoin_labels, pimecrolimus
from safecourse.reference.records import Opinion


def judge(document: Mapping[str, Any], gate: str, at: datetime, version: str) -> Opinion:
    """What the label that the course names says of one gate.

    ``version`` is a day, 2022-03-02; the European label of pimecrolimus has said two things. ValueError if it is
    no day, or the label or the gate isn't known here.
    """
    programme = str(document["programme"])
    date.fromisoformat(version)
    if programme in imiquimod.LABELS:
        return imiquimod.judge(document, gate, at)
    if programme in ("us-pimecrolimus", "eu-pimecrolimus"):
        return pimecrolimus.judge(document, gate, at, version)
    if programme in isotretinoin_labels.VERSIONS:
        return isotretinoin_labels.judge(document, gate, at, version)
    raise ValueError(f"no label {programme} is known here")

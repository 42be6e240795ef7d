"""Folding (events → facts), judging (facts → bits), explaining, planning."""

from __future__ import annotations

from safecourse.rules.deciding import NotDecidable, decide, plan
from safecourse.rules.decision import Decision, Finding, JointDecision, Plan

__all__ = ["Decision", "Finding", "JointDecision", "NotDecidable", "Plan", "decide", "plan"]

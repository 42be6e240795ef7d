"""Folding (events → facts), judging (facts → bits), explaining, planning."""

from __future__ import annotations

from safecourse.rules.decision import Decision, Finding, JointDecision, Plan
from safecourse.rules.deciding import NotDecidable, decide, plan

__all__ = ["Decision", "Finding", "JointDecision", "NotDecidable", "Plan", "decide", "plan"]

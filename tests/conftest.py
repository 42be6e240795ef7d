"""What every test shares: how long Hypothesis searches, and whether its examples are the same on each run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadline: two busy cores make one slow example out of any. The budget keeps the whole suite under ten minutes;
# SAFECOURSE_EXAMPLES=5000 searches longer, for a night or before a release.
settings.register_profile(
    "safecourse",
    deadline=None,
    max_examples=int(os.environ.get("SAFECOURSE_EXAMPLES", "100")),
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("safecourse")

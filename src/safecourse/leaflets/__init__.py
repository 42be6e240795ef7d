"""Other people's leaflets, read against the rule books: what they get wrong, leave out, sell or garble."""

from __future__ import annotations

from safecourse.leaflets.checking import check_text
from safecourse.leaflets.model import Check, Finding
from safecourse.leaflets.reading import UnusableLeaflet, read_leaflet

__all__ = ["Check", "Finding", "UnusableLeaflet", "check_text", "read_leaflet"]

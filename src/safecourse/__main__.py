"""``python -m safecourse``: the command line."""

from __future__ import annotations

import sys

from safecourse.cli import main

sys.exit(main())

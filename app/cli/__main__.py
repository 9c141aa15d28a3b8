"""``python -m app.cli``: the same as ``kb``."""

import sys

from app.cli import main

sys.exit(main())

"""A process that answers nothing: ``python -m tests.support.silent``."""

import time

time.sleep(60)

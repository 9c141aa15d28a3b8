"""The main function for ``sam local``, which gives it no variables but those that template.yaml names.

Tokens are signed with the secret of the local file store, which the caller brings: no image has one.
"""

from __future__ import annotations

import os

os.environ.setdefault("JWT_SECRET_KEY", os.environ.get("AWS_SECRET_ACCESS_KEY", ""))

from app.handler import handler

__all__ = ["handler"]

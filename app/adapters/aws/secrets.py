"""The function's secrets, in one secret of Secrets Manager: no template and no environment shows them."""

from __future__ import annotations

import json

from app.adapters.aws.clients import Clients, code


def read(arn: str, version: str = "") -> dict[str, str]:
    """Return the texts by name that the secret ``arn`` holds as a JSON object, in the version of that id
    or else in the current one.

    Raises ``ValueError`` if it cannot be read or holds something else, without a word of what it holds.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    chosen = {"VersionId": version} if version else {}
    try:
        found = Clients().get("secretsmanager").get_secret_value(SecretId=arn, **chosen)
    except ClientError as error:
        raise ValueError(f"The secret {arn} (SECRETS_ARN) cannot be read: {code(error)}") from error
    except BotoCoreError as error:
        raise ValueError(f"The secret {arn} (SECRETS_ARN) cannot be read: {type(error).__name__}") from error
    return texts(arn, found.get("SecretString", ""))


def texts(arn: str, secret: str) -> dict[str, str]:
    """Return what the text of the secret ``arn`` holds. Raises ``ValueError`` without a word of it."""
    try:
        content = json.loads(secret)
    except ValueError:  # which would quote what it is about
        content = None
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise ValueError(f"The secret {arn} (SECRETS_ARN) must be a JSON object of texts")
    return content

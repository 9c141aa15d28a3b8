"""The function's secrets, in one secret of Secrets Manager: no template and no environment shows them."""

from __future__ import annotations

import json

from app.adapters.aws.clients import Clients, code


def read(arn: str) -> dict[str, str]:
    """The texts by name that the secret ``arn`` holds as a JSON object.

    Raises ``ValueError`` where it cannot be read or holds something else, without a word of what it holds.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found = Clients().get("secretsmanager").get_secret_value(SecretId=arn)
    except ClientError as error:
        raise ValueError(f"The secret {arn} (SECRETS_ARN) cannot be read: {code(error)}") from error
    except BotoCoreError as error:
        raise ValueError(f"The secret {arn} (SECRETS_ARN) cannot be read: {type(error).__name__}") from error
    return _texts(arn, found.get("SecretString", ""))


def _texts(arn: str, secret: str) -> dict[str, str]:
    try:
        content = json.loads(secret)
    except ValueError:  # which would quote what it is about
        content = None
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise ValueError(f"The secret {arn} (SECRETS_ARN) must be a JSON object of texts")
    return content

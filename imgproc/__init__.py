"""The image processor: pictures of PDF pages, and the pictures on them, as base64 in JSON.

It stands alone, as a Lambda function (``imgproc.handler.handler``) or as a child process that answers one
JSON event a line (``python -m imgproc``). ``contract.json`` is what it shares with its callers.

In reading order: handler → request → source → document → answer → render | figures → placed, picture →
stored, encode. Pictures too many for an answer go out by output.
"""

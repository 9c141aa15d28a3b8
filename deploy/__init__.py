"""Brings the images and the stack into an AWS account, and looks whether it works: ``scripts/push_ecr``,
``release``, ``rollback`` and ``smoke``."""

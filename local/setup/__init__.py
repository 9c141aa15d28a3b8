"""What must be there before the functions run: secrets, tables, the bucket and the queues.

Every step may be repeated.
"""

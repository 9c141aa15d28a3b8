#!/bin/sh
# In place of the interpreter: see other_system.py.
here=$(dirname "$0")
exec "$here/../../.venv/bin/python" "$here/other_system.py" "$@"

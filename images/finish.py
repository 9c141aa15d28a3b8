"""Makes a folder of installed packages or sources into what an image holds: ``finish.py FOLDER``.

Tests, headers and commands are taken out, everyone may read the rest, and it is compiled for the place where
it will stand. The byte code is believed without a look at the source, whose time the image changes.
"""

import compileall
import os
import shutil
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

LEFT_OUT = ("bin", "**/tests", "**/_tests", "**/mupdf-devel", "boto3/examples")
"""Packages that nothing imports. (``boto3.docs`` and ``botocore.docs`` are imported by their clients.)"""


def main() -> None:
    """Finish the folder that the command line names."""
    folder = Path(sys.argv[1])
    for pattern in LEFT_OUT:
        for path in list(folder.glob(pattern)):
            shutil.rmtree(path)
    compiled = compileall.compile_dir(
        folder,
        quiet=1,
        workers=0,
        stripdir=str(folder),
        prependdir=os.environ["LAMBDA_TASK_ROOT"],
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    sys.exit(not compiled)


main()

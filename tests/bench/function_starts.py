"""CPU seconds that the functions take to import their handlers: python -m tests.bench.function_starts.

The best of five, and beside it what fastapi and mangum alone take of the same machine: what other work makes
both take longer.
"""

from __future__ import annotations

from tests.support import services
from tests.support.functions import IMAGE_PROCESSOR, MAIN_API, running

HANDLERS = {MAIN_API: "app.handler", IMAGE_PROCESSOR: "imgproc.handler"}
RUNS = 5
REFERENCE = "fastapi, mangum"

IMPORTED = """
import time
began = time.process_time()
import {modules}
print(time.process_time() - began)
"""


def main() -> None:
    try:
        for name, handler in HANDLERS.items():
            measured = (handler, REFERENCE) if name == MAIN_API else (handler,)
            with running(name) as function:
                for modules in measured:
                    seconds = min(function.python(IMPORTED.format(modules=modules)) for _ in range(RUNS))
                    print(f"{name}: import {modules}: {seconds:.3f} s of CPU")
    finally:
        services.stop_all()


if __name__ == "__main__":
    main()

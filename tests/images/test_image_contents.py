"""What is in the images: little, readable, compiled, and nothing that was only needed to make them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.functions import IMAGE_PROCESSOR, MAIN_API, Function, running

MOST_MEGABYTES = {MAIN_API: 150, IMAGE_PROCESSOR: 95}

LISTED = """
import json, os, stat
files = {}
for folder, _, names in os.walk("/var/task"):
    for name in names:
        path = os.path.join(folder, name)
        files[path] = [os.stat(path).st_size, stat.S_IMODE(os.stat(path).st_mode)]
print(json.dumps(files))
"""

BYTE_CODE = """
import json, os
flags = {}
for folder, _, names in os.walk("/var/task"):
    for name in names:
        if name.endswith(".pyc"):
            with open(os.path.join(folder, name), "rb") as file:
                flags[name] = int.from_bytes(file.read(8)[4:], "little")
print(json.dumps(sorted(set(flags.values()))))
"""


@pytest.fixture(scope="module", params=[MAIN_API, IMAGE_PROCESSOR])
def function(request: pytest.FixtureRequest) -> Iterator[Function]:
    with running(request.param) as started:
        yield started


@pytest.fixture(scope="module")
def files(function: Function) -> dict[str, tuple[int, int]]:
    """Size and mode of each file."""
    return {path: (size, mode) for path, (size, mode) in function.python(LISTED).items()}


def name_of(function: Function) -> str:
    return MAIN_API if MAIN_API in function.name else IMAGE_PROCESSOR


def test_the_packages_keep_to_their_size(function: Function, files: dict[str, tuple[int, int]]) -> None:
    ours = ("/var/task/app/", "/var/task/imgproc/")
    packages = [path for path in files if not path.startswith(ours) and not path.endswith(".pyc")]
    megabytes = sum(files[path][0] for path in packages) / 1e6
    print(f"{name_of(function)}: packages of {megabytes:.1f} MB")
    assert megabytes <= MOST_MEGABYTES[name_of(function)]


def test_everything_can_be_read_by_everyone_and_written_by_the_owner_alone(
    files: dict[str, tuple[int, int]],
) -> None:
    assert {mode & 0o777 for _, mode in files.values()} <= {0o644, 0o755}


def test_all_is_compiled_for_python_to_believe_without_a_look_at_the_source(
    function: Function, files: dict[str, tuple[int, int]]
) -> None:
    def compiled(path: str) -> str:
        folder, _, name = path.rpartition("/")
        return f"{folder}/__pycache__/{name.removesuffix('.py')}.cpython-311.pyc"

    sources = [path for path in files if path.endswith(".py")]
    assert [path for path in sources if compiled(path) not in files] == []
    assert function.python(BYTE_CODE) == [0b01]  # checked by hash, and not checked (PEP 552)


def test_nothing_is_left_of_the_making(function: Function, files: dict[str, tuple[int, int]]) -> None:
    parts = {part for path in files for part in path.split("/")[3:-1]}
    assert not parts & {
        "tests",
        "_tests",
        "test",
        "mupdf-devel",
        "bin",
        ".cache",
        "pip",
        "setuptools",
        "wheel",
    }
    assert not files.keys() & {
        f"/var/task/{name}" for name in ("requirements.txt", "finish.py", "Dockerfile")
    }
    gone = "import json, os; print(json.dumps([os.path.exists(p) for p in ('/build', '/root/.cache/pip')]))"
    assert function.python(gone) == [False, False]


def test_neither_image_has_what_belongs_elsewhere(
    function: Function, files: dict[str, tuple[int, int]]
) -> None:
    top = {path.split("/")[3] for path in files}
    if name_of(function) == MAIN_API:
        assert "app" in top
        assert not top & {"imgproc", "pymupdf", "fitz", "numpy", "onnxruntime", "uvicorn", "sqlite3"}
        assert not any(
            path.startswith(("/var/task/app/adapters/embedded/", "/var/task/app/cli/")) for path in files
        )
        assert "/var/task/app/ui/index.html" in files
        assert not any("/native/source/" in path for path in files)
    else:
        assert "imgproc" in top
        assert not top & {"app", "boto3", "botocore", "urllib3", "fastapi"}


def test_the_compiled_reader_loads_in_the_api(function: Function) -> None:
    if name_of(function) == MAIN_API:
        program = (
            "import json; from app.pdf.native.library import library; print(json.dumps(bool(library())))"
        )
        assert function.python(program) is True

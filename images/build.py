"""Builds the Lambda images, and the one beside them, with the Docker SDK: ``scripts/build_images``.

The context is made here, of the sources that git knows, the reader of PDFs compiled for the platform, and the
requirements that ``uv.lock`` says: the same commit gives the same context, so that Docker's cache holds
across checkouts; nothing that lies about gets in.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from app.pdf.native.compile import LIBRARY, LINUX_ARM, LINUX_X86, compile_reader
from images.project import claim_project, folders_of, mark_project

ROOT = Path(__file__).resolve().parents[1]

AMD64, ARM64 = "linux/amd64", "linux/arm64"
MACHINES = {"x86_64": AMD64, "amd64": AMD64, "aarch64": ARM64, "arm64": ARM64}
COMPILED_FOR = {AMD64: LINUX_X86, ARM64: LINUX_ARM}

SMALL = 1 << 20
"""Bytes: less in an image's archive may be what describes it; it is kept until that is known."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The ingredients of an image: the options that export its requirements, and its sources."""

    name: str
    requirements: tuple[str, ...]
    sources: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    reads_pdfs: bool = False
    """Whether the image has the compiled reader."""
    folder: str = ""
    """The folder of its Dockerfile, if not one in ``images`` with its name."""

    @property
    def dockerfile(self) -> Path:
        """The path of its Dockerfile."""
        return ROOT / (self.folder or f"images/{self.name}") / "Dockerfile"

    @property
    def repository(self) -> str:
        """The image's name without a tag."""
        return f"knowledge-base/{self.name}"


RECIPES = (
    Recipe(
        "main-api",
        ("--extra", "aws", "--extra", "openai"),
        ("app",),
        ("app/adapters/embedded/", "app/cli/", "app/pdf/native/source/"),
        reads_pdfs=True,
    ),
    Recipe(
        "image-processor",
        ("--only-group", "imgproc"),
        ("imgproc",),
        ("imgproc/examples/", "imgproc/__main__.py"),
    ),
)
"""The functions' images."""

LOCAL = Recipe("local", ("--extra", "embedded", "--group", "local"), ("app", "local"), folder="local")
"""The images that replace cloud services in Docker Compose."""

ALL = (*RECIPES, LOCAL)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build what the command line asks for, and print the tags and sizes."""
    options = _options(arguments)
    client = docker_engine()
    for recipe in ALL:
        if options.image in (None, recipe.name):
            image = build(client, recipe, options.platform, options.base)
            for tag in (revision(), *options.tag):
                image.tag(recipe.repository, tag)
                print(f"{recipe.repository}:{tag}")
            if not options.quiet:
                _print_sizes(image)
    if said := claim_project(ROOT, partial(folders_of, client)):
        print(said)
    if said := mark_project(ROOT, client):
        print(said)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/build_images", description="Build the Lambda images.")
    parser.add_argument("image", nargs="?", choices=[recipe.name for recipe in ALL], help="only this one")
    add_platform(parser, "this machine's by default; another one needs emulation (binfmt)")
    parser.add_argument(
        "--tag", action="append", help="beside the commit's; may be repeated (default: local)"
    )
    parser.add_argument("--base", help="the base image, instead of the one that the Dockerfiles name")
    parser.add_argument("--quiet", action="store_true", help="do not measure the layers")
    options = parser.parse_args(arguments)
    options.tag = options.tag or ["local"]
    return options


def add_platform(parser: argparse.ArgumentParser, text: str) -> None:
    """Add the option for the platform of the images, by default this machine's; ``text`` is its help."""
    default = MACHINES[platform.machine()]
    parser.add_argument("--platform", choices=(AMD64, ARM64), default=default, help=text)


def docker_engine() -> Any:
    """Docker's client, with time for long steps."""
    import docker

    return docker.from_env(timeout=1800)


def revision() -> str:
    """Return the commit's short name, with ``-dirty`` where tracked files differ from it."""
    return _output("git", "describe", "--always", "--exclude=*", "--abbrev=12", "--dirty")


def uv() -> str:
    """Return the command of this environment's uv, or of the one in the path."""
    own = Path(sys.executable).with_name("uv")
    return str(own) if own.exists() else "uv"


def requirements(recipe: Recipe) -> str:
    """Return the image's requirements with their hashes, as the lock has them."""
    command = [uv(), "export", "--quiet", "--frozen"]
    plain = ["--no-dev", "--no-emit-project", "--no-header", "--no-annotate"]
    return _output(*command, *plain, *recipe.requirements) + "\n"


def build(client: Any, recipe: Recipe, target: str, base: str | None = None) -> Any:
    """Return the image, built or from Docker's cache. Prints the steps; ends the program where one fails."""
    arguments = {"BASE": base} if base else {}
    steps = client.api.build(
        fileobj=io.BytesIO(context(recipe, target)),
        custom_context=True,
        rm=True,
        forcerm=True,
        platform=target,
        buildargs=arguments,
        decode=True,
    )
    return client.images.get(_follow_build(steps))


def _follow_build(steps: Iterator[dict[str, Any]]) -> str:
    """Return the id of the image that the steps end in."""
    image = ""
    for step in steps:
        # Docker's API answers 200 and reports what failed among the steps.
        if "error" in step:
            sys.exit(step["error"])
        sys.stderr.write(step.get("stream", ""))
        image = step.get("aux", {}).get("ID", image)
    return image


def context(recipe: Recipe, target: str) -> bytes:
    """Return the context of the build for a platform as a tar: the same bytes for the same content."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        _add(archive, "Dockerfile", recipe.dockerfile.read_bytes())
        _add(archive, "finish.py", (ROOT / "images" / "finish.py").read_bytes())
        _add(archive, "requirements.txt", requirements(recipe).encode())
        for name in sources(recipe):
            _add(archive, name, (ROOT / name).read_bytes())
        if recipe.reads_pdfs:
            _add(archive, str(LIBRARY.relative_to(ROOT)), compiled_reader(target))
    return buffer.getvalue()


def sources(recipe: Recipe) -> list[str]:
    """Return the program's files that belong into the image: all that git does not ignore, and that is
    there."""
    known = ["--cached", "--others", "--exclude-standard"]
    listed = set(_output("git", "ls-files", *known, *recipe.sources).split("\n"))
    # Those that git does not know yet, too: an image of a working tree holds what its tests have seen.
    wanted = [name for name in listed if not name.startswith(recipe.left_out)]
    return sorted(name for name in wanted if (ROOT / name).is_file())


def compiled_reader(target: str) -> bytes:
    """Return the library that reads PDFs, for a platform."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / LIBRARY.name
        compile_reader(COMPILED_FOR[target], library)
        return library.read_bytes()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)  # of no time and no owner, with mode 644
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


# -- sizes --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: the step that made it, and its bytes as a tar and compressed as a registry keeps it."""

    step: str
    unpacked: int
    compressed: int


def _print_sizes(image: Any) -> None:
    found = layers(image)
    whole = Layer("in all", sum(one.unpacked for one in found), sum(one.compressed for one in found))
    print("    unpacked  compressed")
    for layer in (*found, whole):
        print(f"  {layer.unpacked / 1e6:7.1f} MB  {layer.compressed / 1e6:7.1f} MB  {layer.step[:72]}")


def layers(image: Any) -> list[Layer]:
    """Return the layers of an image, the lowest first."""
    sizes: dict[str, tuple[int, int]] = {}
    small: dict[str, bytes] = {}
    with tarfile.open(fileobj=_Stream(image.save()), mode="r|") as archive:
        for entry in archive:
            file = archive.extractfile(entry)
            # The archive comes as a stream, and its manifest may stand behind the layers that it names.
            if file is not None and entry.size < SMALL:
                small[entry.name] = content = file.read()
                sizes[entry.name] = entry.size, _compressed_bytes(io.BytesIO(content))
            elif file is not None:
                sizes[entry.name] = entry.size, _compressed_bytes(file)
    manifest = json.loads(small["manifest.json"])[0]
    history = json.loads(small[manifest["Config"]])["history"]
    steps = [_step(entry.get("created_by", "")) for entry in history if not entry.get("empty_layer")]
    return [Layer(step, *sizes[name]) for step, name in zip(steps, manifest["Layers"], strict=True)]


def _step(command: str) -> str:
    return " ".join(command.removeprefix("/bin/sh -c").replace("#(nop)", "").split())


def _compressed_bytes(file: Any) -> int:
    # As gzip at the level that Docker pushes with: 31 is its largest window with a header of gzip's.
    squeeze = zlib.compressobj(6, zlib.DEFLATED, 31)
    size = 0
    while piece := file.read(1 << 20):
        size += len(squeeze.compress(piece))
    return size + len(squeeze.flush())


class _Stream(io.RawIOBase):
    """Pieces of bytes, read as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what is left of a piece, or the next."""
        self._rest = self._rest or next(self._pieces, b"")
        piece, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


if __name__ == "__main__":
    main()

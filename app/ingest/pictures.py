"""Pictures of design-heavy pages, and of the figures that stand on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.core import keys, telemetry
from app.core.errors import BadRequest
from app.core.job import Run
from app.core.page import Block, BlockKind, Page, Picture
from app.core.ports import FileStore, PageImager
from app.ingest.held import is_too_much
from app.pdf.budget import Allowance

TOGETHER = 8
"""Pages whose pictures are in memory together."""

PAGE_IMAGE_DPI = 150


@dataclass(frozen=True, slots=True)
class Pictures:
    """Makes the pictures of a run's pages and stores them."""

    files: FileStore
    imager: PageImager

    def add_figures(
        self, run: Run, folder: str, source: str, pages: Iterable[Page], allowance: Allowance
    ) -> Iterator[Page]:
        """Yield the pages, those that are design-heavy with their figures, as far as the allowance goes.
        Pages wait for each other, so that those with pictures are asked for together."""
        for batch in _batches(pages):
            wanted = [page.number for page in batch if _has_pictures(page)]
            if not wanted:
                yield from batch
                continue
            with telemetry.time_stage("picture"):
                figures, note = self._make_figures(run, folder, source, wanted, allowance)
            for page in batch:
                yield _with(page, figures.get(page.number, []), note if page.number in wanted else "")

    def _make_figures(
        self, run: Run, folder: str, source: str, numbers: Sequence[int], allowance: Allowance
    ) -> tuple[dict[int, list[Block]], str]:
        """Return the figures by page, and the reason if pictures are missing, else ""."""
        figures: dict[int, list[Block]] = {}
        try:
            if not allowance.over_for_pictures:
                for image in self.imager.render(source, numbers, dpi=PAGE_IMAGE_DPI, losses=allowance):
                    self.files.put(keys.page_image(run.version, image.page, PAGE_IMAGE_DPI), image.content)
                    allowance.spend_pictures(kilopixels=image.width * image.height // 1000)
            pictures = (
                [] if allowance.over_for_pictures else self.imager.figures(source, numbers, losses=allowance)
            )
            for image in pictures:
                allowance.spend_pictures(kilopixels=image.width * image.height // 1000)
                found = figures.setdefault(image.page, [])
                if block := self._figure(run, folder, image, len(found)):
                    found.append(block)
        except BadRequest as error:  # the text is worth having without its pictures
            return figures, f"The page's pictures could not be made: {error.message}"
        over = allowance.over_for_pictures
        return figures, f"The page's pictures are not all made: {over}." if over else ""

    def _figure(self, run: Run, folder: str, image: Picture, number: int) -> Block | None:
        """Return the block of a picture, which is stored; ``None`` for one that does not say where it
        stands."""
        if image.box is None:
            return None
        name = keys.figure_name(image.page, number, image.media_type.removeprefix("image/"))
        key = keys.figure(run.version, folder, name)
        self.files.put(key, image.content)
        return Block(BlockKind.FIGURE, image.box, image=key)


def _batches(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Yield pages in a row with at most ``TOGETHER`` that have pictures."""
    batch: list[Page] = []
    wanted = 0
    for page in pages:
        if is_too_much(batch, page) and batch:
            yield batch
            batch, wanted = [], 0
        batch.append(page)
        wanted += _has_pictures(page)
        # A document without pictures passes page by page.
        if not wanted or wanted == TOGETHER:
            yield batch
            batch, wanted = [], 0
    if batch:
        yield batch


def _has_pictures(page: Page) -> bool:
    return page.verdict.design_heavy and not page.error


def _with(page: Page, figures: Sequence[Block], note: str) -> Page:
    notes = (*page.notes, *([note] if note else []))
    return replace(page, blocks=(*page.blocks, *figures), notes=notes)

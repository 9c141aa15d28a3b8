"""The compiled library: loaded, and given the addresses of pdfium's functions."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from pathlib import Path

from app.pdf.native.compile import LIBRARY, version
from app.pdf.pdfium.frame import Frame

INSTALL = "install the program again (scripts/start does)"

CELLS = 64
"""Each way, as in ``drawing.c``: a cell of an A4 page is 9 by 13 points."""

CALLED = (
    "FPDFText_GetLooseCharBox",
    "FPDFText_GetCharOrigin",
    "FPDFText_GetTextObject",
    "FPDFText_GetMatrix",
    "FPDFText_GetFontSize",
    "FPDFText_IsGenerated",
    "FPDFText_GetUnicode",
    "FPDFTextObj_GetFont",
    "FPDFTextObj_GetTextRenderMode",
    "FPDFTextObj_GetText",
    "FPDFPage_CountObjects",
    "FPDFPage_GetObject",
    "FPDFFormObj_CountObjects",
    "FPDFFormObj_GetObject",
    "FPDFPageObj_GetType",
    "FPDFPageObj_GetMatrix",
    "FPDFPageObj_GetBounds",
    "FPDFImageObj_GetImagePixelSize",
    "FPDFPageObj_GetFillColor",
    "FPDFPath_GetDrawMode",
    "FPDFPath_CountSegments",
    "FPDFPath_GetPathSegment",
    "FPDFPathSegment_GetType",
    "FPDFPathSegment_GetClose",
    "FPDFPathSegment_GetPoint",
    "FPDFPageObj_GetStrokeColor",
    "FPDFPageObj_CountMarks",
    "FPDFPageObj_GetMark",
    "FPDFPageObjMark_GetName",
    "FPDFPageObj_GetClipPath",
    "FPDFClipPath_CountPaths",
    "FPDFClipPath_CountPathSegments",
    "FPDFClipPath_GetPathSegment",
)
"""In the order of ``pdfium.h``."""


class WordRules(ctypes.Structure):
    """``Rules`` of ``words.c``."""

    _fields_ = (
        ("tallest", ctypes.c_double),
        ("ascent", ctypes.c_double),
        ("descent", ctypes.c_double),
        ("touching", ctypes.c_double),
        ("overlap", ctypes.c_double),
        ("shared_row", ctypes.c_double),
        ("level", ctypes.c_double),
        ("widest", ctypes.c_double),
        ("space", ctypes.c_double),
        ("spread", ctypes.c_double),
        ("smaller", ctypes.c_double),
        ("raised", ctypes.c_double),
        ("shadow", ctypes.c_double),
        ("close", ctypes.c_double),
        ("accents", ctypes.c_wchar_p),
    )


class DoubtRules(ctypes.Structure):
    """``DoubtRules`` of ``doubts.h``."""

    _fields_ = (
        ("faint", ctypes.c_double),
        ("pale", ctypes.c_double),
        ("smallest_cover", ctypes.c_double),
        ("shown_share", ctypes.c_double),
        ("tiny", ctypes.c_double),
        ("objects", ctypes.c_int64),
        ("covers", ctypes.c_int64),
        ("depth", ctypes.c_int64),
    )


class DrawingRules(ctypes.Structure):
    """``Rules`` of ``drawing.c``."""

    _fields_ = (
        ("shortest_ruling", ctypes.c_double),
        ("straight", ctypes.c_double),
        ("colourful", ctypes.c_double),
        ("thickest_ruling", ctypes.c_double),
        ("objects", ctypes.c_int64),
        ("segments", ctypes.c_int64),
        ("depth", ctypes.c_int64),
    )


class RowRules(ctypes.Structure):
    """``Rules`` of ``rows.c``."""

    _fields_ = (("shared", ctypes.c_double), ("lowest", ctypes.c_double), ("gap", ctypes.c_double))


class CrossingRules(ctypes.Structure):
    """``Rules`` of ``crossings.c``."""

    _fields_ = (
        ("tolerance", ctypes.c_double),
        ("reach", ctypes.c_double),
        ("fewest_lines", ctypes.c_int64),
        ("most_pairs", ctypes.c_int64),
        ("most_crossings", ctypes.c_int64),
    )


class PieceRules(ctypes.Structure):
    """``PieceRules`` of ``layout.c``."""

    _fields_ = (
        ("overlap", ctypes.c_double),
        ("wide_gap", ctypes.c_double),
        ("on_one_row", ctypes.c_double),
        ("shared_row", ctypes.c_double),
        ("apart", ctypes.c_double),
        ("most_parts", ctypes.c_int64),
    )


class OrderRules(ctypes.Structure):
    """``OrderRules`` of ``layout.c``."""

    _fields_ = (("stacked", ctypes.c_double), ("apart", ctypes.c_double))


class RepeatRules(ctypes.Structure):
    """``RepeatRules`` of ``repeated.c``."""

    _fields_ = (("shadow", ctypes.c_double), ("row", ctypes.c_double))


class StrikeRules(ctypes.Structure):
    """``StrikeRules`` of ``lines.c``."""

    _fields_ = (
        ("edge", ctypes.c_double),
        ("on_one_line", ctypes.c_double),
        ("joined", ctypes.c_double),
        ("shortest", ctypes.c_double),
        ("highest", ctypes.c_double),
        ("lowest", ctypes.c_double),
    )


class Words(ctypes.Structure):
    """``Words`` of ``words.c``; ``words``, ``styles``, ``twice`` and ``raised`` are addresses."""

    _fields_ = (
        ("words", ctypes.c_void_p),
        ("styles", ctypes.c_void_p),
        ("twice", ctypes.c_void_p),
        ("raised", ctypes.c_void_p),
        ("word_count", ctypes.c_int64),
        ("style_count", ctypes.c_int64),
        ("twice_count", ctypes.c_int64),
        ("raised_count", ctypes.c_int64),
        ("joins", ctypes.c_int64),
        ("accents", ctypes.c_int64),
        ("doubtful", ctypes.c_int64),
    )


class Drawing(ctypes.Structure):
    """``Drawing`` of ``drawing.c``; ``rulings`` is the address of ``count`` boxes, ``shades`` that of
    ``shade_count``."""

    _fields_ = (
        ("rulings", ctypes.c_void_p),
        ("shades", ctypes.c_void_p),
        ("count", ctypes.c_int64),
        ("shade_count", ctypes.c_int64),
        ("images", ctypes.c_int64),
        ("pixels", ctypes.c_int64),
        ("paths", ctypes.c_int64),
        ("shapes", ctypes.c_int64),
        ("left_out", ctypes.c_int64),
        ("imaged", ctypes.c_uint64 * CELLS),
        ("coloured", ctypes.c_uint64 * CELLS),
    )


class NotBuilt(Exception):
    """The library is not there, not for this machine, or was compiled of other sources, so that its
    structures may not be those that are here; says what to do."""


class Library:
    """The functions of the sources, which say there what they do.

    Raises ``NotBuilt``.
    """

    def __init__(self, path: Path) -> None:
        from pypdfium2 import raw

        address, number = ctypes.c_void_p, ctypes.c_int32
        words, drawing = ctypes.POINTER(Words), ctypes.POINTER(Drawing)
        # The addresses that pypdfium2 has loaded: linking to pdfium would need its exact version twice.
        called = [ctypes.cast(getattr(raw, name), address).value for name in CALLED]
        self.pdfium = (address * len(CALLED))(*called)
        library = load_sound(path)
        self.words_codes = library.words_codes
        self.words_codes.argtypes, self.words_codes.restype = (address, address, number, address), None
        self.words_begin = library.words_begin
        self.words_begin.argtypes = (address, address, address, ctypes.POINTER(WordRules))
        self.words_begin.restype = words
        self.words_sample = library.words_sample
        self.words_sample.argtypes = (words, address, number, number)
        self.words_styles = library.words_styles
        self.words_styles.argtypes = (words, number, address, address)
        self.words_read = library.words_read
        self.words_read.argtypes = (words, address, number, address, number, address)
        self.words_free = library.words_free
        self.words_free.argtypes, self.words_free.restype = (words,), None
        self.doubts_read = library.doubts_read
        self.doubts_read.argtypes = (address, address, address, ctypes.POINTER(DoubtRules))
        self.doubts_read.restype = address
        self.doubts_free = library.doubts_free
        self.doubts_free.argtypes, self.doubts_free.restype = (address,), None
        self.drawing_read = library.drawing_read
        self.drawing_read.argtypes = (address, address, address, ctypes.POINTER(DrawingRules))
        self.drawing_read.restype = drawing
        self.drawing_free = library.drawing_free
        self.drawing_free.argtypes, self.drawing_free.restype = (drawing,), None
        sides = (number,) * 4
        self.pixels_changed = library.pixels_changed
        self.pixels_changed.argtypes = (address, address, number, *sides, number)
        self.pixels_uneven = library.pixels_uneven
        self.pixels_uneven.argtypes = (address, number, *sides, number)
        self.pixels_agreement = library.pixels_agreement
        self.pixels_agreement.argtypes = (address, address, address, number, *sides)
        self.pixels_agreement.restype = ctypes.c_double
        self.cells_read = library.cells_read
        self.cells_read.argtypes = (ctypes.POINTER(CrossingRules), address, number, address)
        self.rows_read = library.rows_read
        self.rows_read.argtypes = (ctypes.POINTER(RowRules), address, number, address, address, address)
        self._declare_layout(library)

    def _declare_layout(self, library: ctypes.CDLL) -> None:
        address, number, double = ctypes.c_void_p, ctypes.c_int32, ctypes.c_double
        self.pieces_read = library.pieces_read
        self.pieces_read.argtypes = (ctypes.POINTER(PieceRules), address, address, number, address, address)
        self.neighbours_read = library.neighbours_read
        self.neighbours_read.argtypes = (address, number, double, double, address)
        self.neighbours_read.restype = None
        boxes = (address, number)
        self.followers_read = library.followers_read
        self.followers_read.argtypes = (ctypes.POINTER(OrderRules), *boxes, number, *boxes, address)
        self.followers_read.restype = None
        self.repeated_read = library.repeated_read
        self.repeated_read.argtypes = (
            ctypes.POINTER(RepeatRules),
            address,
            address,
            address,
            number,
            address,
        )
        self.drawn_read = library.drawn_read
        self.drawn_read.argtypes = (*boxes, *boxes, address)
        self.lines_strike = library.lines_strike
        self.lines_strike.argtypes = (ctypes.POINTER(StrikeRules), *boxes, *boxes, *boxes)


def load_sound(path: Path) -> ctypes.CDLL:
    """Return a library that says that it is of the sources that are here. Raises ``NotBuilt``."""
    sources = version()
    try:
        library = ctypes.CDLL(str(path))
        library.reading_version.restype = ctypes.c_char_p
        compiled_of = library.reading_version().decode()
    except (OSError, AttributeError) as error:
        raise NotBuilt(f"The compiled reader of PDFs cannot be loaded; {INSTALL}: {error}") from None
    # An installed program comes without its sources: then there is nothing to compare.
    if sources and compiled_of != sources:
        raise NotBuilt(f"The compiled reader of PDFs is of other sources; {INSTALL}.")
    return library


@lru_cache(maxsize=1)
def library() -> Library:
    """Return the library that was built with the program. Raises ``NotBuilt``."""
    return Library(LIBRARY)


def frame_numbers(frame: Frame) -> ctypes.Array[ctypes.c_double]:
    """Return a frame as ``geometry.h`` has it."""
    return (ctypes.c_double * 8)(frame.width, frame.height, *frame.matrix)

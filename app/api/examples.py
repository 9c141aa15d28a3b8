"""The examples in the API's description."""

from __future__ import annotations

from typing import Any

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

_PROGRESS: dict[str, Any] = {
    "sha256": SHA256,
    "size": 48211,
    "status": "ready",
    "stage": "done",
    "pages": 3,
    "pages_done": 3,
    "chunks": 4,
    "chunks_done": 4,
    "failed_pages": [],
    "scans": 0,
    "scans_done": 0,
    "reason": None,
    "created_at": "2026-03-01T09:30:00Z",
    "updated_at": "2026-03-01T09:30:04Z",
}

VERSION: dict[str, Any] = {"number": 1, **_PROGRESS}

_TITLE_BOX = [72.0, 80.0, 400.0, 96.5]

CARD: dict[str, Any] = {
    "title": {"value": "Meridian pump manual", "origin": "page", "page": 1, "boxes": [_TITLE_BOX]},
    "kind": {"value": "manual", "origin": "page", "page": 1, "boxes": [[300.0, 80.0, 400.0, 96.5]]},
    "who": [{"value": "Meridian Pumps GmbH", "origin": "person", "page": None, "boxes": []}],
    "date": "2023-09-30",
    "dates": [
        {
            "value": "30 September 2023",
            "origin": "page",
            "page": 2,
            "boxes": [[72.0, 700.0, 190.0, 712.0]],
            "role": "published",
            "date": "2023-09-30",
        }
    ],
    "periods": [],
    "identifiers": [
        {
            "value": "MP-200",
            "origin": "page",
            "page": 1,
            "boxes": [[72.0, 110.0, 130.0, 122.0]],
            "scheme": "model",
        }
    ],
    "language": "en",
    "corrected": ["who"],
}

CARD_CHANGE: dict[str, Any] = {
    "title": "Meridian pump manual",
    "who": ["Meridian Pumps GmbH"],
    "published": "2023-09-30",
    "period": None,
}

DOCUMENT: dict[str, Any] = {
    "id": "doc_7h3k9m2p4r6t8w1y",
    "name": "manual.pdf",
    "source": "manual.pdf",
    "title": "Meridian pump manual",
    "card": CARD,
    "tags": ["pumps"],
    "version": 1,
    "searchable_version": 1,
    "announced": None,
    "index_missing": False,
    **_PROGRESS,
}

UPLOADED: dict[str, Any] = {**DOCUMENT, "outcome": "created", "replaced_version": None}

BOOKMARKS = [
    {"title": "1. Warranty", "level": 1, "page": 1, "top": 60},
    {"title": "1.1 Exceptions", "level": 2, "page": 2, "top": None},
]

OUTLINE: dict[str, Any] = {
    "document_id": DOCUMENT["id"],
    "version": 1,
    "pages": 3,
    "title": "Meridian pump manual",
    "outline": BOOKMARKS,
    "cut": False,
    "labels": ["i", "1", "A-1"],
}

ANNOUNCEMENT: dict[str, Any] = {"name": "manual.pdf", "size": 48211, "sha256": SHA256, "tags": ["pumps"]}

RECEIPT: dict[str, Any] = {
    "document_id": DOCUMENT["id"],
    "versions": 1,
    "files": 3,
    "chunks": 4,
    "bytes": 61044,
    "citations": 0,
    "archives": 0,
}

_TEXT = "The warranty period of the Meridian pump is thirty-six months from delivery."

PAGE: dict[str, Any] = {
    "number": 1,
    "label": "",
    "width": 595.3,
    "height": 841.9,
    "rotation": 0,
    "text": f"1. Warranty\n{_TEXT}",
    "tables": [],
    "blocks": [
        {"kind": "heading", "box": [72, 60, 170, 76], "text": "1. Warranty", "level": 1},
        {"kind": "text", "box": [72, 96, 455, 122], "text": _TEXT},
    ],
    "route": "text",
    "design_heavy": False,
    "scanned": False,
    "reasons": [],
    "signals": {"image_share": 0.02},
    "needs_ocr": False,
    "unreadable": 0.0,
    "recognition": None,
    "notes": [],
    "error": None,
}

REPORT: dict[str, Any] = {
    "document_id": DOCUMENT["id"],
    "version": VERSION,
    "pages": [
        {
            "number": 1,
            "route": "text",
            "characters": 88,
            "words": 14,
            "tables": 0,
            "images": 1,
            "figures": 0,
            "design_heavy": False,
            "scanned": False,
            "reasons": [],
            "signals": {"image_share": 0.02},
            "needs_ocr": False,
            "unreadable": 0.0,
            "recognition": None,
            "notes": ["2 words are not shown: on a layer that is off."],
            "error": None,
            "hidden": {"layer_off": 2},
            "label": "iv",
        }
    ],
    "totals": {
        "pages": 1,
        "characters": 88,
        "words": 14,
        "tables": 0,
        "images": 1,
        "figures": 0,
        "design_heavy": 0,
        "scanned": 0,
        "needs_ocr": 0,
        "with_notes": 1,
        "failed": 0,
        "routes": {"text": 1},
        "unreadable": 0.0,
        "hidden": {"layer_off": 2},
    },
}

SEARCH: dict[str, Any] = {"question": "warranty period", "limit": 5, "tags": ["pumps"]}

HIT: dict[str, Any] = {
    "chunk_id": "4d1f0f4c9c5d4e0a8f6f2f0b3a9c7e21",
    "document_id": DOCUMENT["id"],
    "document_name": "manual.pdf",
    "title": "Meridian pump manual",
    "version": 1,
    "kind": "text",
    "text": _TEXT,
    "headings": ["1. Warranty"],
    "pages": [1],
    "page_labels": ["iv"],
    "spans": [{"page": 1, "box": [72, 96, 455, 122]}],
    "score": 0.93,
    "similarity": 0.71,
}

SESSION: dict[str, Any] = {
    "id": "ses_3vq8m1kz5w9x2c7b",
    "title": "How long is the warranty period?",
    "document_ids": [],
    "own": True,
    "shared": False,
    "created_at": "2026-03-01T09:31:00Z",
    "updated_at": "2026-03-01T09:31:02Z",
}

CITATION: dict[str, Any] = {
    "number": 1,
    "quote": _TEXT,
    "found": _TEXT,
    "before": "",
    "after": "",
    "proof": "exact",
    "document_id": DOCUMENT["id"],
    "document_name": "manual.pdf",
    "title": "Meridian pump manual, Sep 2023",
    "version": 1,
    "page": 1,
    "places": [{"page": 1, "label": "", "boxes": [[72, 96, 455, 108], [72, 110, 280, 122]]}],
}

ANSWER: dict[str, Any] = {
    "kind": "quotes",
    "text": f"{_TEXT} [1]",
    "claims": [
        {
            "text": _TEXT,
            "citations": [1],
            "status": "proven",
            "missing": [],
            "left_out": [],
            "proven": True,
        }
    ],
    "citations": [CITATION],
    "question": "How long is the warranty period?",
    "notes": [],
    "model": "",
    "tokens_in": 0,
    "tokens_out": 0,
    "broken_off": False,
}

MESSAGE: dict[str, Any] = {
    "id": "msg_5n8x1c4v7b2m9k3j",
    "session_id": SESSION["id"],
    "role": "assistant",
    "text": ANSWER["text"],
    "created_at": "2026-03-01T09:31:02Z",
    "answer": ANSWER,
    "feedback": None,
}

USAGE: dict[str, Any] = {
    "documents": 1,
    "versions": 1,
    "pages": 3,
    "bytes": 48211,
    "chunks": 4,
    "conversations": None,
    "questions": 1,
    "tokens_in": 0,
    "tokens_out": 0,
}

MODEL: dict[str, Any] = {
    "id": "ollama/qwen2.5:1.5b",
    "name": "qwen2.5:1.5b",
    "server": "Ollama",
    "chosen": True,
}

PROBLEM: dict[str, Any] = {
    "type": "about:blank",
    "title": "Not Found",
    "status": 404,
    "detail": "There is no document doc_7h3k9m2p4r6t8w1y.",
    "code": "not_found",
    "request_id": "req_2m4n6p8q1r3s5t7v",
}

FINDING: dict[str, Any] = {
    "code": "passages_missing",
    "tenant": "local",
    "document_id": DOCUMENT["id"],
    "name": "manual.pdf",
    "message": "3 of its 120 passages are not in the index.",
    "remedy": "kb fsck --repair",
    "mend": "reindex",
    "version": 1,
}

ARCHIVE: dict[str, Any] = {
    "id": "arc_5w9x2c7b3vq8m1kz",
    "kind": "export",
    "format": "pdf",
    "status": "ready",
    "done": 12,
    "total": 12,
    "bytes": 48213004,
    "parts": [
        {
            "number": 1,
            "key": "_archives/local/arc_5w9x2c7b3vq8m1kz/export-001.zip",
            "size": 48216120,
            "url": "/v1/maintenance/archives/arc_5w9x2c7b3vq8m1kz/parts/1",
        }
    ],
    "omitted": [],
    "reason": None,
    "created_at": "2026-03-02T08:15:30Z",
    "updated_at": "2026-03-02T08:15:41Z",
    "expires_at": "2026-03-09T08:15:30Z",
}

MAINTENANCE: dict[str, Any] = {
    "documents": 12,
    "running": 1,
    "passages": 1117,
    "expected": 1120,
    "findings": [FINDING],
    "checked_at": "2026-11-28T09:30:00Z",
}

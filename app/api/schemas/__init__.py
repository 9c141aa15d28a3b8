"""The wire models: what requests may contain and what responses look like.

Requests are strict: values are not converted (``false`` is not a number), and unknown fields are refused.
Pages and versions count from 1, boxes are ``[x0, top, x1, bottom]`` in points from the displayed page's top
left corner, sizes are in bytes.
"""

from __future__ import annotations

from app.api.schemas.archives import Archive, ArchiveList, NewExport
from app.api.schemas.base import Password, Tags
from app.api.schemas.cards import Card, CardChange
from app.api.schemas.documents import (
    Announced,
    Announcement,
    Document,
    DocumentChange,
    Documents,
    IfExistsName,
    Ingest,
    Outline,
    Reason,
    Receipt,
    Uploaded,
    UploadForm,
    Version,
    Versions,
)
from app.api.schemas.pages import Block, Page, PageReport, Pages, Report, Totals
from app.api.schemas.questions import (
    Answer,
    AskQuestion,
    Citation,
    Claim,
    Feedback,
    Hit,
    Hits,
    Message,
    Messages,
    NewSession,
    Place,
    Search,
    Session,
    SessionChange,
    SessionReceipt,
    Sessions,
    Span,
)
from app.api.schemas.server import FieldProblem, Finding, Health, Maintenance, Problem, Readiness, Usage

__all__ = [
    "Announced",
    "Announcement",
    "Answer",
    "Archive",
    "ArchiveList",
    "AskQuestion",
    "Block",
    "Card",
    "CardChange",
    "Citation",
    "Claim",
    "Document",
    "DocumentChange",
    "Documents",
    "Feedback",
    "FieldProblem",
    "Finding",
    "Health",
    "Hit",
    "Hits",
    "IfExistsName",
    "Ingest",
    "Maintenance",
    "Message",
    "Messages",
    "NewExport",
    "NewSession",
    "Outline",
    "Page",
    "PageReport",
    "Pages",
    "Password",
    "Place",
    "Problem",
    "Readiness",
    "Reason",
    "Receipt",
    "Report",
    "Search",
    "Session",
    "SessionChange",
    "SessionReceipt",
    "Sessions",
    "Span",
    "Tags",
    "Totals",
    "UploadForm",
    "Uploaded",
    "Usage",
    "Version",
    "Versions",
]

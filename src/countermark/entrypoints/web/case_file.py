"""What of a case can a reader take home from a page? The case file as a JSON download; what stands in it is said elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import JsonResponse

from countermark.apps.complaints.selectors import CaseView
from countermark.entrypoints.case_content import content_of, papers_of, said

__all__ = ["as_json", "download", "papers_of", "said"]


def as_json(view: CaseView, at: datetime) -> JsonResponse:
    """The case file: anybody can check without us that none of it was changed."""
    return download(content_of(view, at), f"{view.complaint.number}.json")


def download(content: Any, name: str) -> JsonResponse:
    """A JSON file a person can also read."""
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

"""Which pages are there in a demo only? Outside one they do not exist, for anybody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """Answer 404 unless this is a demo; stands inside the door."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404("there is no demo here")
        return view(request, *args, **kwargs)

    return shown

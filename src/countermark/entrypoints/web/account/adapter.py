"""Where does allauth do as we do? It links to our base address, and it leaves the greeting to the pages."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

SILENT = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})


class AccountAdapter(DefaultAccountAdapter):
    """Says nothing where the page itself shows it: a bar with one's name is message enough."""

    def add_message(self, request: HttpRequest, level: int, message_template: Any, *args: Any, **more: Any) -> None:
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *args, **more)

"""What can be done without a key, but for asking for a token? Put together here for `v1/__init__.py`."""

from countermark.entrypoints.api.v1 import guest_drafts, guest_reports

ROUTERS = (guest_drafts.router, guest_reports.router)

"""What a WSGI server runs: `gunicorn countermark.project.wsgi`."""

from countermark.project import boot  # noqa: F401  - sets DJANGO_SETTINGS_MODULE
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

"""What a WSGI server runs: `gunicorn countermark.project.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from countermark.project import telemetry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "countermark.project.settings")
application = get_wsgi_application()
telemetry.start()

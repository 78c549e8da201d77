"""Makes Django ready at import, so that whatever is imported after this module may import models.

Import it first, before anything of `countermark.apps` or `countermark.entrypoints`; importing it twice does nothing.
A setting that cannot be understood ends the process with one sentence instead of a traceback.
"""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured

if sys.argv[1:] == ["keys"]:  # makes new ones for whoever has none, or broken ones: those that are set are not asked
    for name in ("SECRET_KEY", "SEALING_KEY", "LOG_SIGNING_KEY"):
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "countermark.project.settings")
try:
    django.setup()
except ImproperlyConfigured as fault:
    sys.exit(f"countermark: {fault}")

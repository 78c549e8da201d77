"""Makes Django ready at import, so that whatever is imported after this module may import models.

Import it first, before anything of `countermark.apps` or `countermark.entrypoints`; importing it twice does nothing.
A setting that cannot be understood ends the process with one sentence instead of a traceback.
"""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "countermark.project.settings")
try:
    django.setup()
except ImproperlyConfigured as fault:
    sys.exit(f"countermark: {fault}")

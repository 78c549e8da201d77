"""Makes Django ready at import, so that whatever is imported after this module may import models.

Import it first, before anything of `countermark.apps` or `countermark.entrypoints`; importing it twice does nothing.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "countermark.project.settings")
django.setup()

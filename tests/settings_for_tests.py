"""The settings of the product under test: the same file, in a home of its own that is gone afterwards.

The environment is set before the settings are read and is inherited by every process a test starts: worker, shop.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "COUNTERMARK_TEST_HOME" not in os.environ:  # the first process makes it; pytest-xdist's workers inherit it
    os.environ["COUNTERMARK_TEST_HOME"] = tempfile.mkdtemp(prefix="countermark-test-")
    atexit.register(shutil.rmtree, os.environ["COUNTERMARK_TEST_HOME"], ignore_errors=True)

home = Path(os.environ["COUNTERMARK_TEST_HOME"], os.environ.get("PYTEST_XDIST_WORKER", "alone"))
for folder in ("files", "static"):
    (home / folder).mkdir(parents=True, exist_ok=True)

THEIR_OWN = (
    *("DEMO", "DEBUG", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL", "MAIL_FROM", "TIME_ZONE"),
    *("FILES_DIR", "FILES_URL", "SCREENING_DIR"),
)
for name in THEIR_OWN:
    os.environ.pop(name, None)  # a test starts from the defaults, whatever the person running it has set
os.environ["COUNTERMARK_HOME"] = str(home)
os.environ["SECRET_KEY"] = "a key for tests, which protects nothing"
os.environ["SEALING_KEY"] = "dGVzdHMgc2VhbCBub3RoaW5nIHRoYXQgbWF0dGVycyE="
os.environ["LOG_SIGNING_KEY"] = "dGVzdHMgc2lnbiBub3RoaW5nIHRoYXQgbWF0dGVycyE="

from countermark.project.settings import *  # noqa: E402, F403
from countermark.project.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and processes of a test see what they would see in production.
    DATABASES["default"]["TEST"] = {"NAME": str(home / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

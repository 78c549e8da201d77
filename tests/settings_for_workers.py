"""The settings of a worker process that a test starts: those of the tests, on the database the test names."""

from settings_for_tests import *  # noqa: F403

ROOT_URLCONF = "doors"

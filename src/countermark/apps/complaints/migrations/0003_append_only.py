"""The log, its leaves, its checkpoints and the statements of reasons can only grow."""

from typing import Any

from django.db import migrations

from countermark.apps.complaints.append_only import OF_CASES, install, remove


def forward(apps: Any, editor: Any) -> None:
    for statement in install(editor.connection.vendor, OF_CASES):
        editor.execute(statement, None)  # None: a % in it is no placeholder


def back(apps: Any, editor: Any) -> None:
    for statement in remove(editor.connection.vendor, OF_CASES):
        editor.execute(statement, None)  # None: a % in it is no placeholder


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_initial")]
    operations = [migrations.RunPython(forward, back)]

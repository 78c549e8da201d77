"""The trace of an order can only grow."""

from typing import Any

from django.db import migrations

from countermark.apps.complaints.append_only import OF_ORDERS, install, remove


def forward(apps: Any, editor: Any) -> None:
    for statement in install(editor.connection.vendor, OF_ORDERS):
        editor.execute(statement, None)  # None: a % in it is no placeholder


def back(apps: Any, editor: Any) -> None:
    for statement in remove(editor.connection.vendor, OF_ORDERS):
        editor.execute(statement, None)  # None: a % in it is no placeholder


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunPython(forward, back)]

from django.db import migrations

from countermark.apps.parties.append_only import install_acceptances, remove_acceptances


def guard(apps, editor):
    for statement in install_acceptances(editor.connection.vendor):
        editor.execute(statement, None)  # None: a % in it is no placeholder


def unguard(apps, editor):
    for statement in remove_acceptances(editor.connection.vendor):
        editor.execute(statement, None)  # None: a % in it is no placeholder


class Migration(migrations.Migration):

    dependencies = [
        ("parties", "0007_holder_members"),
    ]

    operations = [
        migrations.RunPython(guard, unguard),
    ]

"""Cases of before are told whose they are: their notice's. In a migration of its own, as PostgreSQL wants it."""

from django.db import migrations

TOLD = "UPDATE complaints_complaint SET holder_id = (SELECT n.holder_id FROM complaints_notice n WHERE n.id = notice_id)"


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_whose_case")]
    operations = [migrations.RunSQL(TOLD, migrations.RunSQL.noop)]

"""No two mandates have one number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mandates", "0002_passed_on_and_reminded")]
    operations = [migrations.AlterField("mandate", "number", models.CharField(max_length=20, unique=True))]

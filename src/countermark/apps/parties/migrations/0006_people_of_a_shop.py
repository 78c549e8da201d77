from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0005_who_sold_before'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='seller',
            name='person',
        ),
        migrations.AddField(
            model_name='seller',
            name='people',
            field=models.ManyToManyField(related_name='shops', through='parties.ShopMember', to=settings.AUTH_USER_MODEL),
        ),
    ]

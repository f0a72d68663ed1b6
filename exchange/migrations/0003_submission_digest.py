from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was sent before has no digest: sent again, it is refused and changes nothing."""

    dependencies = [
        ('exchange', '0002_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='digest',
            field=models.CharField(default='', max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['path', '-at'], name='exchange_su_path_7af956_idx'),
        ),
    ]

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_totals_by_the_rows")]

    operations = [
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=Q(posted=F("given") - F("received") - F("levy") + F("other")), name="account_figures_add_up"
            ),
        ),
    ]

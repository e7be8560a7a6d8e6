"""When somebody ended as a volunteer. For those who had ended before, the time counts from now."""

from django.db import migrations, models
from django.utils import timezone


def from_now(apps, schema_editor):
    apps.get_model("volunteers", "Volunteer").objects.filter(state="ended").update(ended_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0007_course")]

    operations = [
        migrations.AddField("volunteer", "ended_at", models.DateTimeField("ended", blank=True, null=True)),
        migrations.RunPython(from_now, migrations.RunPython.noop, elidable=True),
    ]

"""Whoever has accepted our rules has a row for it: until now only the last acceptance was kept, on the volunteer."""

from django.db import migrations


def fill(apps, schema_editor):
    volunteer, acceptance = (apps.get_model("volunteers", name) for name in ("Volunteer", "ConductAcceptance"))
    known = volunteer.objects.exclude(conduct_version="").exclude(conduct_accepted_at=None)
    acceptance.objects.bulk_create(
        [
            acceptance(volunteer_id=pk, version=version, at=at)
            for pk, version, at in known.values_list("pk", "conduct_version", "conduct_accepted_at").iterator()
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0003_conduct_versions")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

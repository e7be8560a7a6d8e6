"""Others who help from before their addresses were asked get their rows, as saving them would make."""

from django.db import migrations


def make(apps, schema_editor):
    partner, link = apps.get_model("library", "Partner"), apps.get_model("library", "LinkState")
    made = [link(partner_id=pk, language="", url=url) for pk, url in partner.objects.values_list("pk", "url")]
    link.objects.bulk_create(made, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("library", "0006_partner_links")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

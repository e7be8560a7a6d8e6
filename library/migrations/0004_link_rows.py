"""Tips from before the check of links get their rows, as saving them would make."""

from django.db import migrations

CODES = ["sv", "en", "ar", "fa", "prs", "uk", "so", "ti"]


def make(apps, schema_editor):
    resource, link = apps.get_model("library", "Resource"), apps.get_model("library", "LinkState")
    rows = resource.objects.values_list("pk", *(f"url_{code}" for code in CODES))
    made = [
        link(resource_id=pk, language=code, url=url)
        for pk, *urls in rows
        for code, url in zip(CODES, urls, strict=True)
        if url
    ]
    link.objects.bulk_create(made, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("library", "0003_links")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

"""Addresses inside texts from before they were asked get their rows, as saving the texts would make."""

import html
import re

from django.db import migrations

LINK = re.compile(r'<a href="(https?://[^"]*)"')


def make(apps, schema_editor):
    edition, link = apps.get_model("library", "Edition"), apps.get_model("library", "LinkState")
    found = {
        (resource, html.unescape(url)): None
        for resource, text in edition.objects.order_by("pk").values_list("resource_id", "html")
        for url in LINK.findall(text)
    }
    made = [link(resource_id=pk, language="", url=url, in_text=True) for pk, url in found if len(url) <= 500]
    link.objects.bulk_create(made, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("library", "0008_links_in_texts")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

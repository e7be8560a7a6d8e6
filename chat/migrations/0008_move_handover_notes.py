from django.db import migrations


def move(apps, schema_editor):
    """The note of each hand-over becomes one of the notes about the question."""
    HandOver, CaseNote = apps.get_model("chat", "HandOver"), apps.get_model("chat", "CaseNote")
    CaseNote.objects.bulk_create(
        CaseNote(conversation_id=row.conversation_id, author_id=row.left_by_id, text=row.note, at=row.at)
        for row in HandOver.objects.exclude(note="")
    )


class Migration(migrations.Migration):
    dependencies = [("chat", "0007_desk_tools")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]

"""Versions become readable once, whoever dies, whoever comes second, with a full disk or a silent virus scanner."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from PIL import Image

from motesplats import files
from motesplats.models import AuditEntry
from seekers import child, orphans, preparation, tasks
from seekers.confinement import GRACE_SECONDS
from seekers.intake import Refused
from seekers.models import Document, DocumentFile, DocumentPage, DocumentVersion
from tests import make
from tests.races import at_once
from tests.seekers import bad_files

State, Scan = DocumentVersion.State, DocumentVersion.Scan
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def house(settings, tmp_path, monkeypatch):
    """Files in a folder of this test, nobody listening, no LibreOffice and no reader of pictures unless asked for."""
    settings.FILES_DIR = tmp_path / "files"
    settings.SOFFICE = settings.TESSERACT = "no-such-program"
    monkeypatch.setattr(preparation, "_listeners", [])
    return settings


def _waiting(*contents: bytes, format: str = "pdf", **fields) -> DocumentVersion:
    """A version that was just brought."""
    contents = contents or (bad_files.pdf(),)
    source = "sound" if format == "webm" else "photos" if format in ("jpg", "png") else "file"
    document = Document.objects.create(owner=make.user("Amina"))
    version = DocumentVersion.objects.create(document=document, number=1, source=source, **fields)
    for position, content in enumerate(contents, 1):
        name = files.store([content])
        DocumentFile.objects.create(
            version=version,
            position=position,
            stored_name=name,
            original_name=f"cv.{format}",
            format=format,
            size=len(content),
        )
    return version


def _after(version: DocumentVersion) -> DocumentVersion:
    version.refresh_from_db()
    return version


def _stored() -> set[str]:
    return set(files.names())


def _known_names() -> set[str]:
    return orphans._known(list(files.names()))


# --- what becomes of it ----------------------------------------------------------------------------------------------


def test_prepare_makes_a_version_ready_with_everything_its_pages_need(db, django_capture_on_commit_callbacks):
    version, told = _waiting(), []
    preparation.when_done(lambda done: told.append((done.pk, done.state)))

    with django_capture_on_commit_callbacks(execute=True):
        assert preparation.prepare(version.pk)

    _after(version)
    assert (version.state, version.refusal, version.lease_until, version.scan) == (State.READY, "", None, "")
    assert version.text.split("\n") == bad_files.CV_LINES and version.found == {"phone": 1}
    assert "070" not in version.masked_text and "[telefon]" in version.masked_text
    page = version.pages.get()
    assert (page.width, page.has_text, page.is_released, len(page.masks)) == (800, True, True, 1)
    assert _stored() == _known_names() and len(_stored()) == 3
    assert told == [(version.pk, State.READY)]
    (entry,) = AuditEntry.objects.filter(action="document.prepared")
    assert entry.data == {"number": 1, "pages": 1, "hidden": 1}


def test_prepare_takes_the_photo_without_its_place_for_the_original(db, django_capture_on_commit_callbacks):
    version = _waiting(bad_files.photo(gps=True), bad_files.photo(gps=True, turn=6), format="jpg")

    with django_capture_on_commit_callbacks(execute=True):
        preparation.prepare(version.pk)

    assert [page.is_released for page in version.pages.all()] == [False, False]
    for original in version.files.all():
        kept = files.path_of(original.stored_name).read_bytes()
        assert len(kept) == original.size and b"PhoneMaker" not in kept and b"Exif" not in kept
    assert _stored() == _known_names() and len(_stored()) == 6


@pytest.mark.parametrize("case", ["password", "could_not_read"])
def test_prepare_refuses_in_words_what_cannot_be_read(case, db):
    version = _waiting(bad_files.pdf_with_password() if case == "password" else b"%PDF-1.7\n" + bad_files.HTML)

    assert preparation.prepare(version.pk)

    assert (_after(version).state, version.refusal, version.pages.count()) == (State.REFUSED, case, 0)
    assert AuditEntry.objects.get(action="document.refused").data == {"number": 1, "reason": case}


def test_prepare_a_sound_needs_no_reading(db):
    version = _waiting(bad_files.WEBM, format="webm", seconds=12)

    assert preparation.prepare(version.pk)

    assert (_after(version).state, version.pages.count()) == (State.READY, 0)


def test_prepare_twice_changes_nothing(db):
    version = _waiting()
    preparation.prepare(version.pk)
    before = (_after(version).prepared_at, _stored())

    tasks.prepare_version(version.pk)
    tasks.prepare_due()

    assert (_after(version).prepared_at, _stored(), version.pages.count()) == (*before, 1)


def test_prepare_by_two_at_once_is_done_by_one(transactional_db):
    version = _waiting()

    done = at_once(lambda: preparation.prepare(version.pk), lambda: preparation.prepare(version.pk))

    assert sorted(done) == [False, True]
    assert (_after(version).tries, version.pages.count()) == (1, 1)
    assert _stored() == _known_names()


def test_prepare_of_what_was_taken_away_meanwhile_leaves_no_trace(db, monkeypatch, django_capture_on_commit_callbacks):
    version = _waiting()
    real = child.read

    def taken_away_meanwhile(*given, **options):
        result = real(*given, **options)
        Document.objects.filter(pk=version.document_id).update(removed_at=timezone.now())
        return result

    monkeypatch.setattr(child, "read", taken_away_meanwhile)

    with django_capture_on_commit_callbacks(execute=True):
        assert preparation.prepare(version.pk) is False

    assert version.pages.count() == 0 and _after(version).text == ""
    assert len(_stored()) == 1  # the original: whoever takes it away removes it
    assert preparation.prepare(version.pk) is False and preparation.prepare_due() == 0


def test_all_clocks_of_a_preparation_end_before_the_broker_gives_it_to_another_worker():
    longest = (
        preparation.virus_scan.SECONDS
        + child.WAIT_FOR_OFFICE_SECONDS
        + child.OFFICE.wall_seconds
        + child.PARSER.wall_seconds
        + 2 * GRACE_SECONDS
        + preparation.ROUND_SECONDS
    )

    limits = tasks.prepare_version.soft_time_limit, tasks.prepare_version.time_limit
    assert longest <= limits[0] < limits[1] < 120  # visibility_timeout of the broker (design §8)
    assert longest < preparation.LEASE.total_seconds()


def test_prepare_of_nothing_is_quiet(db):
    assert preparation.prepare(4711) is False


# --- when something dies ---------------------------------------------------------------------------------------------


def _later(version: DocumentVersion, **fields) -> None:
    """The lease is over; so are the seconds that the first task has to itself."""
    old = timezone.now() - timedelta(minutes=5)
    DocumentVersion.objects.filter(pk=version.pk).update(lease_until=old, created_at=old, **fields)


def test_prepare_due_finds_what_a_lost_task_missed_and_leaves_what_is_new(db):
    version, new = _waiting(), _waiting()
    DocumentVersion.objects.filter(pk=version.pk).update(created_at=timezone.now() - timedelta(minutes=1))

    assert preparation.prepare_due() == 1

    assert (_after(version).state, _after(new).state) == (State.READY, State.PREPARING)


def test_prepare_due_leaves_what_somebody_holds(db):
    version = _waiting(lease_until=timezone.now() + timedelta(minutes=1), tries=1)
    DocumentVersion.objects.filter(pk=version.pk).update(created_at=timezone.now() - timedelta(minutes=1))

    assert preparation.prepare_due() == 0 and not preparation.prepare(version.pk)


def test_prepare_gives_up_after_three_tries(db, monkeypatch):
    def broken(*given, **options):
        raise child.Unprepared(why="it died")

    monkeypatch.setattr(child, "read", broken)
    version = _waiting()
    for _n in range(3):
        assert _after(version).state == State.PREPARING
        preparation.prepare(version.pk)
        _later(version)

    assert (_after(version).state, version.refusal, version.tries) == (State.REFUSED, "could_not_read", 3)


def test_prepare_gives_up_what_killed_three_workers(db):
    version = _waiting(tries=3)
    _later(version)

    preparation.prepare_due()

    assert (_after(version).state, version.refusal) == (State.REFUSED, "could_not_read")


def test_prepare_of_a_worker_that_woke_up_late_stores_nothing(db, monkeypatch):
    version = _waiting()
    real = child.read

    def slow(*given, **options):
        result = real(*given, **options)
        _later(version)
        monkeypatch.setattr(child, "read", real)
        assert preparation.prepare(version.pk)  # somebody else has taken it meanwhile
        return result

    monkeypatch.setattr(child, "read", slow)

    assert preparation.prepare(version.pk) is False

    assert version.pages.count() == 1 and _after(version).tries == 2


def test_rows_that_fail_leave_no_files(db, monkeypatch):
    version = _waiting()
    monkeypatch.setattr(preparation.carrying, "carry_over", lambda version: {}["nothing"])

    assert preparation.prepare(version.pk) is False

    assert len(_stored()) == 1 and version.pages.count() == 0 and _after(version).state == State.PREPARING


@pytest.mark.django_db(transaction=True)
def test_kill_of_the_worker_in_the_middle_heals_by_itself(tmp_path, on_postgres):
    """A real process is killed (-9) while its child reads thirty pages; the next sweep does it again."""
    version = _waiting(bad_files.pdf(pages=30))
    code = (
        "import django; django.setup(); from django.conf import settings; from pathlib import Path;"
        f"settings.FILES_DIR = Path({str(django_settings.FILES_DIR)!r});"
        f"from seekers import preparation; preparation.prepare({version.pk})"
    )
    name = django_settings.DATABASES["default"]["NAME"]
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    worker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "DATABASE_URL": url})
    work = child.work_folder()
    _until(lambda: list(work.glob("*/page-3.webp")))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    (folder,) = [path for path in work.iterdir() if path.is_dir()]

    assert (_after(version).state, version.tries) == (State.PREPARING, 1)
    _until(lambda: not _processes_of(folder))
    _later(version)
    assert preparation.prepare_due() == 1

    assert (_after(version).state, version.tries, version.pages.count()) == (State.READY, 2, 30)
    os.utime(folder, (0, 0))
    assert orphans.remove_orphans() == 1 and not folder.exists()
    assert _stored() == _known_names()


def _processes_of(folder: Path) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [path.parent.name] if str(folder) in path.read_text() else []
        except OSError:
            continue
    return found


def _until(holds, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


# --- a full disk -----------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(house, tmp_path):
    """FILES_DIR is a disk of 2 MB."""
    place = tmp_path / "small"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True)
    if done.returncode:
        pytest.skip("may not mount a small disk here")
    house.FILES_DIR = place
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_full_disk_keeps_the_row_and_says_so(small_disk, db):
    version = _waiting()
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
        while True:
            file.write(bytes(4096))

    for _n in range(3):
        preparation.prepare(version.pk)
        _later(version)

    assert (_after(version).state, version.refusal) == (State.REFUSED, "no_room")
    assert len(_stored()) == 1 and version.pages.count() == 0
    filler.unlink()
    DocumentVersion.objects.filter(pk=version.pk).update(state=State.PREPARING, tries=0)
    assert preparation.prepare(version.pk) and _after(version).state == State.READY


def test_full_disk_stores_no_half_file(small_disk):
    with pytest.raises(files.NoRoom):
        files.store([bytes(1024)] * 4096)

    assert [path for path in small_disk.rglob("*") if path.is_file()] == []


# --- viruses ---------------------------------------------------------------------------------------------------------


class Clamd:
    """Stands in for clamd: finds EICAR, says OK to the rest, or whatever `says`."""

    def __init__(self, path: Path, says: bytes | None = None):
        self.says, self.asked = says, 0
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen()
        self.server.settimeout(0.1)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        while not self.over.is_set():
            try:
                wire, _address = self.server.accept()
            except TimeoutError:
                continue
            with wire:
                wire.settimeout(5)
                self.asked += 1
                answer = self.says if self.says is not None else self.looked_at(wire)
                wire.sendall(answer)

    @staticmethod
    def looked_at(wire: socket.socket) -> bytes:
        with wire.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack(">I", stream.read(4))[0]:
                content += stream.read(size)
        return b"stream: Eicar-Test-Signature FOUND\0" if bad_files.EICAR in content else b"stream: OK\0"

    def stop(self) -> None:
        self.over.set()
        self.thread.join()
        self.server.close()


@pytest.fixture
def clamd(house, tmp_path):
    house.CLAMAV_SOCKET = str(tmp_path / "clamd.sock")
    server = Clamd(tmp_path / "clamd.sock")
    yield server
    server.stop()


def test_scanned_version_is_called_clean(clamd, db):
    version = _waiting(bad_files.photo(), bad_files.photo(), format="jpg")

    preparation.prepare(version.pk)

    assert (_after(version).state, version.scan, clamd.asked) == (State.READY, Scan.CLEAN, 2)


def test_virus_is_refused_and_not_kept(clamd, db, django_capture_on_commit_callbacks):
    version = _waiting(bad_files.pdf() + bad_files.EICAR)

    with django_capture_on_commit_callbacks(execute=True):
        preparation.prepare(version.pk)

    assert (_after(version).state, version.refusal, version.pages.count()) == (State.REFUSED, "virus", 0)
    assert _stored() == set() and not version.files.exists()
    DocumentVersion.objects.update(state=State.PREPARING, tries=0)  # its owner tries again
    assert preparation.prepare(version.pk) and _after(version).refusal == "could_not_read"


def test_virus_without_a_scanner_is_shown_as_unchecked(db):
    version = _waiting(bad_files.pdf() + bad_files.EICAR)

    preparation.prepare(version.pk)

    assert (_after(version).state, version.scan) == (State.READY, Scan.UNCHECKED)


@pytest.mark.parametrize("silence", ["no socket", "an error", "nothing"])
def test_silent_scanner_means_later_and_never_clean(silence, house, tmp_path, db, monkeypatch):
    house.CLAMAV_SOCKET = str(tmp_path / "clamd.sock")
    monkeypatch.setattr(preparation.virus_scan, "SECONDS", 1)
    server = None
    if silence != "no socket":
        server = Clamd(
            tmp_path / "clamd.sock", b"" if silence == "nothing" else b"INSTREAM size limit exceeded. ERROR\0"
        )
    version = _waiting()

    for _n in range(5):
        assert preparation.prepare(version.pk) is False
        assert _after(version).lease_until > timezone.now()
        _later(version)

    assert (_after(version).state, version.tries) == (State.PREPARING, 0)
    if server:
        server.stop()


# --- afterwards ------------------------------------------------------------------------------------------------------


def test_burn_hides_what_the_owner_drew(db, django_capture_on_commit_callbacks):
    version = _waiting(bad_files.photo(), format="jpg")
    preparation.prepare(version.pk)
    page = version.pages.get()
    before, masked = files.path_of(page.picture).read_bytes(), page.masked_picture
    page.masks = [{"box": [0.0, 0.0, 1.0, 1.0], "kind": "drawn"}]

    with django_capture_on_commit_callbacks(execute=True):
        preparation.burn(page)

    page = DocumentPage.objects.get(pk=page.pk)
    assert page.masked_picture != masked and masked not in _stored()
    assert files.path_of(page.picture).read_bytes() == before
    with Image.open(files.path_of(page.masked_picture)) as hidden:
        assert all(high - low < 5 for low, high in hidden.convert("RGB").getextrema())  # one colour


def test_burn_without_its_picture_says_so(db):
    version = _waiting(bad_files.photo(), format="jpg")
    preparation.prepare(version.pk)
    page = version.pages.get()
    files.remove(page.picture)

    with pytest.raises(Refused, match="no_room"):
        preparation.burn(page)


def test_orphans_are_removed_after_an_hour_and_nothing_else(db):
    version = _waiting()
    preparation.prepare(version.pk)
    old, young = files.store([b"old"]), files.store([b"young"])
    for name in _stored() - {young}:
        os.utime(files.path_of(name), (0, 0))

    assert orphans.remove_orphans() == 1
    assert orphans.remove_orphans() == 0

    assert old not in _stored() and young in _stored() and len(_stored()) == 4


def test_orphans_know_every_column_that_holds_a_stored_name():
    from django.apps import apps  # after the settings

    columns = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("seekers").get_models()
        for field in model._meta.fields
        if field.name == "stored_name" or "picture" in field.name
    }

    assert columns == {"DocumentFile.stored_name", "DocumentPage.picture", "DocumentPage.masked_picture"}


# --- real files ------------------------------------------------------------------------------------------------------

REAL = Path(os.environ.get("CV_FOLDER", ROOT.parent / "shared" / "data" / "cv"))


@pytest.mark.parametrize("path", sorted(REAL.rglob("*.docx")) + sorted(REAL.rglob("*.pdf")), ids=lambda path: path.name)
def test_real_files_are_shown(path, house, db, record_property):
    house.SOFFICE, house.TESSERACT = "soffice", "tesseract"
    version, began = _waiting(path.read_bytes(), format=path.suffix[1:]), time.monotonic()

    assert preparation.prepare(version.pk)

    assert _after(version).state == State.READY
    sizes = [files.path_of(page.picture).stat().st_size for page in version.pages.all() if page.picture]
    assert all(size <= 60_000 for size in sizes)
    has_office = path.suffix == ".pdf" or shutil.which("soffice")
    assert len(sizes) == version.pages.count() or not has_office
    if path.parent.name == "demo_sv":
        assert version.found == {"postcode": 1, "phone": 1, "email": 1}
    print(
        f"\n{path.name} | {path.stat().st_size // 1024} KB | {time.monotonic() - began:.1f} s | {version.pages.count()} p"
        f" | pictures {[size // 1000 for size in sizes]} kB | {version.found}"
    )

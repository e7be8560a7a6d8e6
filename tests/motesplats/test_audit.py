"""The audit trail: written with the change, sealed into a chain, and a changed chain is seen."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from motesplats import audit
from motesplats.models import AuditEntry
from tests import make

pytestmark = pytest.mark.django_db


def _write(count=3, *, age=timedelta(minutes=5)):
    with time_machine.travel(timezone.now() - age):
        return [audit.record("request.claim", actor=None, about=("request", f"r{n}"), n=n) for n in range(count)]


def test_record_holds_who_what_and_codes():
    person = make.staff()
    entry = audit.record("request.hold", actor=person, about=("request", "abc"), reason="unsafe")
    entry.refresh_from_db()
    assert (entry.actor_id, entry.action, entry.about_kind, entry.about_id, entry.data, entry.seal) == (
        person.pk, "request.hold", "request", "abc", {"reason": "unsafe"}, "")  # fmt: skip


def test_record_goes_with_the_change_when_it_is_rolled_back():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record("request.claim", actor=None, about=("request", "x"))
        1 / 0  # noqa: B018
    assert not AuditEntry.objects.exists()


def test_record_outlives_the_person():
    person = make.user()
    entry = audit.record("request.claim", actor=person, about=("request", "x"))
    number = person.pk
    person.delete()
    entry.refresh_from_db()
    assert entry.actor_id == number


def test_seal_twice_seals_each_entry_once_and_the_chain_holds():
    _write(3)
    assert [audit.seal(), audit.seal()] == [3, 0]
    seals = list(AuditEntry.objects.order_by("pk").values_list("seal", flat=True))
    assert len(set(seals)) == 3 and all(len(seal) == 64 for seal in seals)
    _write(2)
    assert audit.seal() == 2
    assert audit.broken_seals() == []


def test_seal_in_small_steps_is_the_same_chain():
    _write(5)
    assert [audit.seal(limit=2) for _n in range(4)] == [2, 2, 1, 0]
    assert audit.broken_seals() == []


def test_seal_leaves_the_last_minute_alone():
    _write(1, age=timedelta(seconds=30))
    assert audit.seal() == 0


def test_seal_survives_instants_and_numbers_in_the_data():
    audit.record("x", actor=None, about=("request", "å"), at=timezone.now().isoformat(), f=0.1, n=None, deep={"b": [1]})
    assert audit.seal(older_than=timedelta(0)) == 1
    assert audit.broken_seals() == []


@pytest.mark.parametrize(
    "change",
    [
        {"action": "other"},
        {"actor_id": 7},
        {"about_id": "z"},
        {"data": {"n": 9}},
        {"at": timezone.now()},
        {"seal": "0" * 64},
    ],
)
def test_changed_entry_is_found(change):
    entries = _write(3)
    audit.seal()
    AuditEntry.objects.filter(pk=entries[1].pk).update(**change)
    assert entries[1].pk in audit.broken_seals()


def test_removed_entry_is_found_by_the_one_after_it():
    entries = _write(3)
    audit.seal()
    AuditEntry.objects.filter(pk=entries[1].pk).delete()
    assert audit.broken_seals() == [entries[2].pk]


def test_unsealed_entry_in_the_middle_of_the_chain_is_found():
    entries = _write(3)
    audit.seal()
    AuditEntry.objects.filter(pk=entries[1].pk).update(seal="", action="other")
    assert entries[1].pk in audit.broken_seals() or entries[2].pk in audit.broken_seals()
    audit.seal()  # sealing it again does not hide it
    assert audit.broken_seals() != []


@pytest.mark.django_db(transaction=True)
def test_entry_that_commits_late_with_an_earlier_number_does_not_break_the_chain(on_postgres):
    """Numbers are given at INSERT, rows appear at COMMIT: a slow transaction may appear below later ones."""
    written, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            audit.record("slow", actor=None, about=("request", "x"))
            written.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    audit.record("quick", actor=None, about=("request", "x"))
    assert audit.seal(older_than=timedelta(0)) == 0
    go_on.set()
    thread.join()
    assert (audit.seal(older_than=timedelta(0)), audit.broken_seals()) == (2, [])


@pytest.mark.django_db(transaction=True)
def test_four_sealers_at_once_make_one_chain():
    _write(60)
    start, sealed, problems = threading.Barrier(4), [], []

    def work():
        start.wait()
        try:
            while count := audit.seal(limit=5):
                sealed.append(count)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (problems, sum(sealed), audit.broken_seals()) == ([], 60, [])

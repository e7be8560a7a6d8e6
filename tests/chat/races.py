"""Several threads let go at the same moment, each with its own connection to the database."""

import threading

from django.db import connections


def at_once(*jobs) -> list:
    """Run every job in its own thread, let go together. -> what they returned or raised."""
    barrier, found = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            barrier.wait(10)
            found[number] = job()
        except Exception as problem:
            found[number] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found

"""What should have been removed and is still there: each app says it in its own `retention.py`, as `overdue()`.

Looked at every night, written in the log, and shown to staff on their start page until it is gone.
"""

import logging
from collections import Counter
from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

log = logging.getLogger(__name__)
LATE = timedelta(hours=24)  # what is still there so long after its time is a fault


def found() -> dict[str, int]:
    """Table -> how many rows are past their limit by a day. Empty when all is well."""
    total = Counter()
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "retention"):
            total.update(import_module(f"{config.name}.retention").overdue())
    return dict(total)


def report() -> dict[str, int]:
    """`found`, and a line in the log for each table."""
    late = found()
    for table, number in late.items():
        log.error("past its limit: %s rows of %s", number, table)
    return late

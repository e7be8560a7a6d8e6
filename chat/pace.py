"""How fast one person may write: settings.MESSAGE_RATES, one rule for every door.

A form or a mail is counted in the database cache, for the whole house. A socket is counted in its own process, so that
a message costs no further query: with sockets in two processes one could write twice as fast, with a form besides three
times. Five sockets a person (hub.make_room_for) bound that; what the limit is for, a flood, stays out.
"""

import time
from collections import defaultdict, deque
from datetime import timedelta

from django.conf import settings

from motesplats import limits


def may_write(participant_id: int) -> bool:
    """Count one message that did not come by socket. False: too fast; wait, then send the same again."""
    return all(
        limits.allow(f"say:{participant_id}:{seconds}", times=times, seconds=seconds)
        for times, seconds in settings.MESSAGE_RATES
    )


def steady_gap() -> timedelta:
    """Messages this far apart are never too fast."""
    return timedelta(seconds=max(seconds / times for times, seconds in settings.MESSAGE_RATES))


class Pace:
    """The same for the sockets of one process. Not forgotten with a socket: a reconnect must not lift the limit."""

    def __init__(self):
        most = max(times for times, _seconds in settings.MESSAGE_RATES)
        self.said: dict[int, deque] = defaultdict(lambda: deque(maxlen=most))

    def may_write(self, participant_id: int) -> bool:
        now, said = time.monotonic(), self.said[participant_id]
        for times, seconds in settings.MESSAGE_RATES:
            if len(said) >= times and said[-times] > now - seconds:
                return False
        said.append(now)
        return True

    def forget_old(self) -> None:
        """Drop those whose messages no longer count."""
        long_ago = time.monotonic() - max(seconds for _times, seconds in settings.MESSAGE_RATES)
        for participant_id in [one for one, said in self.said.items() if not said or said[-1] < long_ago]:
            del self.said[participant_id]

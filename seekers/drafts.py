"""What somebody has typed so far on the ask pages. Lives in this browser's session until the question is sent."""

import uuid

from django.http import QueryDict

KEY = "drafts"  # in the session: {draft id: {"typed": …, "skipped": …}}, the one touched last at the end
DRAFTS_MAX = 5  # tabs of one browser; an older one gives way
TYPED_MAX_CHARACTERS = 6_000  # more than any field takes, so that a text that is a little too long comes back whole
LIST_MAX = 50


class Draft:
    """The typed values of each step of one question, as they were typed. Nothing here is checked: the forms do that.

    Each tab has its own. A step that was skipped keeps its text (Back shows it again) but is not part of the question.
    """

    def __init__(self, session, name: str | None = None):
        """The draft called `name`; without a name the one touched last. A new one when there is none."""
        self.session, drafts = session, session.get(KEY) or {}
        self.name = next(reversed(drafts), None) if name is None else name
        self.is_new = self.name not in drafts
        if self.is_new:
            self.name = str(uuid.uuid4())  # made here alone: a name from outside could be that of somebody else's draft
        self.state = drafts.get(self.name) or {"typed": {}, "skipped": []}

    @property
    def id(self) -> uuid.UUID:
        """Names the question that this draft becomes: sent twice, made once."""
        return uuid.UUID(self.name)

    def typed(self, step: str) -> dict[str, str | list[str]] | None:
        """What stands on the page `step`; None when it has not been sent in yet."""
        return self.state["typed"].get(step)

    def is_skipped(self, step: str) -> bool:
        return step in self.state["skipped"]

    def keep(self, step: str, data: QueryDict, fields: dict[str, bool], *, skipped: bool) -> None:
        """Keep what was typed on `step`. `fields`: name -> may it have several values."""
        self.state["typed"][step] = {name: _typed(data, name, many) for name, many in fields.items() if name in data}
        others = [name for name in self.state["skipped"] if name != step]
        self.state["skipped"] = [*others, step] if skipped else others
        others = {name: state for name, state in (self.session.get(KEY) or {}).items() if name != self.name}
        self.session[KEY] = dict(list(others.items())[1 - DRAFTS_MAX :]) | {self.name: self.state}
        self.is_new = False

    def forget(self) -> None:
        """The question is sent: the next one starts empty."""
        self.session[KEY] = {name: state for name, state in self.session[KEY].items() if name != self.name}


def _typed(data: QueryDict, name: str, many: bool) -> str | list[str]:
    if many:
        return [value[:40] for value in data.getlist(name)[:LIST_MAX]]
    return data[name][:TYPED_MAX_CHARACTERS]

"""What somebody has typed so far on the ask pages. Lives in this browser's session until the question is sent."""

import uuid

from django.http import QueryDict

KEY = "draft"
TYPED_MAX_CHARACTERS = 6_000  # more than any field takes, so that a text that is a little too long comes back whole
LIST_MAX = 50


class Draft:
    """The typed values of each step, as they were typed. Nothing here is checked: the forms do that.

    A step that was skipped keeps its text (Back shows it again) but is not part of the question.
    """

    def __init__(self, session):
        self.session = session
        self.state = session.get(KEY) or {"id": str(uuid.uuid4()), "typed": {}, "skipped": []}

    @property
    def is_new(self) -> bool:
        """True until something of it is kept in the session."""
        return KEY not in self.session

    @property
    def id(self) -> uuid.UUID:
        """Names the question that this draft becomes: sent twice, made once."""
        return uuid.UUID(self.state["id"])

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
        self.session[KEY] = self.state

    def forget(self) -> None:
        """The question is sent: the next one starts empty."""
        self.session.pop(KEY, None)


def _typed(data: QueryDict, name: str, many: bool) -> str | list[str]:
    if many:
        return [value[:40] for value in data.getlist(name)[:LIST_MAX]]
    return data[name][:TYPED_MAX_CHARACTERS]

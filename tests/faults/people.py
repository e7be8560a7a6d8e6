"""`python -m tests.faults.people 20 1`: that many chats, and volunteers without one, in the database of the environment.

Everything goes through the domain, as the pages do it. Prints JSON: {"chats": [{"public_id", "seeker", "volunteer"}],
"volunteers": [address]}; a side is the session cookie of somebody who may open the chat. Every other seeker was never
logged in and has a grant, like most who ask.
"""

import json
import sys
import uuid

import django

django.setup()

from django.contrib import auth  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from chat import claiming, matching  # noqa: E402
from motesplats import access  # noqa: E402
from motesplats.models import Office  # noqa: E402
from seekers import help_requests  # noqa: E402
from tests import make  # noqa: E402


def logged_in(user) -> SessionStore:
    session = SessionStore()
    session[auth.SESSION_KEY] = str(user.pk)
    session[auth.BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
    return session


def cookie(session: SessionStore) -> str:
    session.save()
    return session.session_key


def chat(number: int) -> dict:
    by_grant = number % 2
    owner = make.user("Amina", email=None if by_grant else "")
    asked = help_requests.create(owner=owner, draft_id=uuid.uuid4(), topic="cv", languages=["sv"], is_adult=True)
    matching.route(asked)
    volunteer = make.volunteer()
    claiming.claim(asked, volunteer)
    seeker = SessionStore() if by_grant else logged_in(owner)
    if by_grant:
        access.grant(seeker, asked.public_id, user_id=owner.pk, link_version=1)
    sides = {"seeker": cookie(seeker), "volunteer": cookie(logged_in(volunteer.user))}
    return {"public_id": asked.public_id, **sides}


def main(chats: int, volunteers: int) -> None:
    Office.objects.default() or make.office()
    made = {
        "chats": [chat(number) for number in range(chats)],
        "volunteers": [make.volunteer("Eva").user.email for _number in range(volunteers)],
    }
    print(json.dumps(made))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

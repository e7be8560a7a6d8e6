"""Every address of the house, from the resolver, and a path for each role."""

import re
from dataclasses import dataclass

from django.urls import URLPattern, get_resolver

from tests.roles import House

LISTS = [
    "motesplats_auditentry", "motesplats_office", "motesplats_outboxmail", "motesplats_posterplace", "motesplats_report", "motesplats_user",
    "volunteers_carecall", "volunteers_certificate", "volunteers_conductversion", "volunteers_coursepart", "volunteers_helpline",
    "volunteers_reference", "volunteers_shift", "volunteers_shiftrule", "volunteers_volunteer",
    "seekers_checklistpoint", "seekers_document", "seekers_helprequest", "seekers_interviewquestion",
    "chat_bouncedaddress", "chat_colleaguepost", "chat_fadder", "chat_hardword", "chat_inboundmail", "chat_phrase",
    "chat_promise",
    "library_category", "library_partner", "library_resource",
    "vacancies_employer", "vacancies_importchoice", "vacancies_importstate", "vacancies_vacancy",
    "vacancies_visitinvite",
]  # fmt: skip


@dataclass(frozen=True)
class Address:
    """`name`: as in reverse(); a pattern without a name has its route for one."""

    name: str
    route: str

    def path(self, house: House, letter: str = "O", **instead) -> str:
        """The path of the thing that `letter` might want. `instead`: other arguments, such as an id that is not."""
        given = {**_arguments(self, house, letter), **instead}
        route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(given[found[1]]), _plain(self.route))
        return f"/{route}"


def every_address() -> list[Address]:
    """All that the resolver knows, Swedish only: the other languages are the same addresses behind a prefix."""
    found: list[Address] = []

    def walk(patterns, route: str, spaces: list[str]) -> None:
        for one in patterns:
            whole = f"{route}{one.pattern}"
            if isinstance(one, URLPattern):
                found.append(Address(":".join([*spaces, one.name]) if one.name else whole, whole))
            else:
                walk(one.url_patterns, whole, [*spaces, one.namespace] if one.namespace else spaces)

    walk(get_resolver().url_patterns, "", [])
    return found


def _plain(route: str) -> str:
    """A regex route in the form of a plain one."""
    return re.sub(r"\(\?P<(\w+)>.*\)", r"<\1>", route).replace("^", "").replace("$", "")


def _arguments(address: Address, house: House, letter: str) -> dict:
    things, question = house.things, house.chat_of(letter).request
    given = {
        "public_id": question.public_id,
        "employer_id": things["vacancies_employer"].public_id,
        "token": things["shell_link" if letter == "G" else "link"],
        "seq": house.chat.last_seq,
        "document_id": things["shell_document" if letter == "G" else "document"].public_id,
        "number": 1,
        "page": 1,
        "answer_id": things["shell_answer" if letter == "G" else "answer"].public_id,
        "question_id": things["interview"].pk,
        "position": 1,
        "place": 1,
        "comment_id": things["shell_comment" if letter == "G" else "comment"].public_id,
        "note_id": things["note"].public_id,
        "post_id": things["chat_colleaguepost"].public_id,
        "search_id": things["saved_search"].public_id,
        "slug": "annons",
        "provider": "postmark",
        "pk": things["passkey"].pk,
        "app_label": "chat",
        "url": "finns-inte/",
        "content_type_id": 1,
        "object_id": 1,
        "action": "-",
        "version": things["volunteers_conductversion"].version,
    }
    more = {
        "chat:document_use": {"document_id": things["other_document"].public_id},
        "chat:sound_play": {"document_id": things["shell_sound" if letter == "G" else "sound"].public_id},
        "chat:meeting_link": {"token": things["meeting"]},
        "sitemap_section": {"section": "tips"},
        "chat:first_cv_step": {"slug": "namn"},
        "chat:comment_edit": {"comment_id": things["draft"].public_id},
        "chat:comment_remove": {"comment_id": things["draft"].public_id},
        "chat:offer_decline": {"public_id": house.waiting.request.public_id},
        "chat:request_claim": {"public_id": house.waiting.request.public_id},
        "account_invitation": {"token": things["invitation"]},
        "mail_stop": {"token": things["mail_stop"]},
    }
    more |= _of_volunteers(things) | _to_read(things)
    return {**given, **more.get(address.name, {}), **_admin_arguments(address, things)}


def _of_volunteers(things: dict) -> dict:
    return {
        "volunteers:shift_book": {"public_id": things["free"].public_id},
        "volunteers:shift_unbook": {"public_id": things["booked"].public_id},
        "volunteers:seat_offer": {"public_id": things["booked"].public_id},
        "volunteers:seat_take_over": {"public_id": things["free"].public_id},
        "volunteers:seat_show": {"token": things["seat"]},
        "volunteers:standing_change": {"public_id": things["volunteers_shiftrule"].public_id},
        "volunteers:certificate_show": {"code": things["volunteers_certificate"].code},
        "volunteers:certificate_read": {"code": things["volunteers_certificate"].code},
        "volunteers:certificate_withdraw": {"code": things["volunteers_certificate"].code},
        "volunteers:feed_read": {"token": things["feed"]},
    }


def _to_read(things: dict) -> dict:
    """Tips and ads."""
    return {
        "vacancies:imported_show": {"source_id": things["imported"].source_id},
        **dict.fromkeys(
            ("vacancies:vacancy_show", "vacancies:vacancy_report"),
            {"public_id": things["vacancies_vacancy"].public_id},
        ),
        **{
            f"vacancies:ad_{page}": {"public_id": things[f"ad_{state}"].public_id}
            for page, state in _PAGES_OF_ADS.items()
        },
        **dict.fromkeys(
            ("library:resource_show", "library:resource_answer", "library:resource_keep"),
            {"slug": things["library_resource"].slug},
        ),
    }


# page of an ad's writer -> the state in which there is something to do there
_PAGES_OF_ADS = {
    "write": "draft", "preview": "draft", "submit": "draft", "discard": "draft", "withdraw": "review",
    "end": "published", "copy": "ended", "outcome": "ended",
}  # fmt: skip

_DOES = {
    "vacancies_employer": "pause",
    "vacancies_vacancy": "hide",
    "vacancies_visitinvite": "handle",
    "motesplats_user": "block",
    "chat_colleaguepost": "take_away",
    "vacancies_importchoice": "take_away",
    "motesplats_outboxmail": "send_again",
    "motesplats_posterplace": "take_away",
    "motesplats_report": "handle",
    "volunteers_volunteer": "approve",
    "volunteers_shift": "call_off",
    "chat_fadder": "end",
    "chat_inboundmail": "throw_away",
    "chat_bouncedaddress": "handle",
    "volunteers_carecall": "handle",
    "volunteers_shiftrule": "end",
    "volunteers_certificate": "revoke",
    "volunteers_reference": "agree",
    "library_resource": "hide",
    "library_partner": "hide",
}


def _admin_arguments(address: Address, things: dict) -> dict:
    for name in LISTS:
        if f"/{name.replace('_', '/')}/" in address.route:
            return {"object_id": things[name].pk, "action": _DOES.get(name, "-")}
    return {}

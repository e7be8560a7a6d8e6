"""Writing tips and examples: the only place that does. What is derived (HTML, level, search) follows each save."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from library import links, notifications, reading_level, rendering
from library.models import Category, Edition, KeptResource, Resource, SearchWord
from motesplats import audit, limits, words
from motesplats.models import User

SWEDISH = "sv"
CODES = [code for code, _name in settings.LANGUAGES]
TRANSLATED = ("title", "description", "body", "url")
# What a person wrote; going back brings these back, and nothing that the house counts.
WRITTEN = (
    *(f"{name}_{code}" for name in TRANSLATED for code in CODES),
    "kind", "category_id", "publisher", "tags", "languages", "valid_until", "level_said", "position",
)  # fmt: skip
# Counts and states have moves of their own: who writes a text must not put back what they were when it was opened.
_MOVED = {"helped", "helped_not", "state", "published_at", "suggested_by", "created_at", "key", "dead", "is_reachable"}
_WRITABLE = [
    field.name for field in Resource._meta.concrete_fields if not field.primary_key and field.name not in _MOVED
]
SUGGESTIONS_A_DAY = 20
KEPT_AT_MOST = 100
State = Resource.State


class TooMany(Exception):  # noqa: N818 a refusal
    """More suggestions than one person makes in a day, or more tips than a list holds."""


# --- what staff do ----------------------------------------------------------------------------------------------------


@transaction.atomic
def store(resource: Resource, *, by: User | None) -> Resource:
    """Save what was written, with its history, and everything derived from it. `by` None: the house itself."""
    with override(SWEDISH):  # the columns without a language hold the Swedish words
        if resource.kind != Resource.Kind.LINK:
            resource.languages = [code for code in CODES if _said(resource, "body", code)]
        htmls = {code: rendering.to_html(_said(resource, "body", code)) for code in CODES}
        swedish = rendering.to_plain(htmls[SWEDISH]) or resource.description_sv or ""
        resource.lix = reading_level.lix_of(swedish)
        resource.level = resource.level_said or ("" if _is_foreign(resource) else reading_level.level_of(resource.lix))
        resource.changed_at = timezone.now()
        resource._history_user = by
        resource.save(update_fields=None if resource.pk is None else _WRITABLE)
        _make_editions(resource, htmls)
        links.follow(resource)
    return resource


@transaction.atomic
def store_category(category: Category) -> Category:
    """Save it; its name is a search word of all that is in it."""
    with override(SWEDISH):
        category.save()
        for resource in category.resources.all():
            htmls = {code: rendering.to_html(_said(resource, "body", code)) for code in CODES}
            _make_editions(resource, htmls)
    return category


def publish(resource: Resource, *, by: User) -> bool:
    """Show it to everybody. -> False when it is shown already."""
    return _move(resource, {State.SUGGESTED, State.HIDDEN}, State.PUBLISHED, by=by, published_at=timezone.now())


def hide(resource: Resource, *, by: User) -> bool:
    """Take it away from the pages; a suggestion: say no to it. -> False when it is hidden already."""
    return _move(resource, {State.SUGGESTED, State.PUBLISHED}, State.HIDDEN, by=by)


@transaction.atomic
def revert(resource: Resource, version_id: int, *, by: User) -> Resource:
    """Write again what stood in an earlier version, in all languages. Resource.history.model.DoesNotExist."""
    version = resource.history.get(history_id=version_id)
    for name in WRITTEN:
        setattr(resource, name, getattr(version, name))
    store(resource, by=by)
    audit.record("library.reverted", actor=by, about=("resource", resource.slug), version=version_id)
    return resource


@transaction.atomic
def _move(resource: Resource, from_states: set[str], to: str, *, by: User, **more) -> bool:
    """Whoever suggested it hears what became of it; what was shown before and is taken away is IM's own matter."""
    for was in sorted(from_states, key=lambda state: state != State.SUGGESTED):
        if Resource.objects.filter(pk=resource.pk, state=was).update(state=to, **more):
            audit.record(f"library.{to}", actor=by, about=("resource", resource.slug))
            if was == State.SUGGESTED or to == State.PUBLISHED:
                suggester = User.objects.filter(pk=resource.suggested_by_id).first()
                notifications.tell_suggester(resource, to=suggester, is_shown=to == State.PUBLISHED)
            return True
    return False


# --- what everybody does ----------------------------------------------------------------------------------------------


@transaction.atomic
def suggest(
    by: User, *, title: str, url: str, description: str, category: Category, languages: Iterable[str]
) -> Resource:
    """A link that somebody who helps has found: staff see it and show it, or not. TooMany: 20 a day."""
    if not limits.allow(f"tip:{by.pk}", times=SUGGESTIONS_A_DAY, seconds=86_400):
        raise TooMany
    with override(SWEDISH):
        made = Resource(
            kind=Resource.Kind.LINK,
            state=State.SUGGESTED,
            category=category,
            title=title,
            url=url,
            description=description,
            languages=list(languages),
            suggested_by=by,
        )
    store(made, by=by)
    audit.record("library.suggested", actor=by, about=("resource", made.slug))
    return made


def count_answer(resource: Resource, *, did_help: bool) -> None:
    """Somebody said whether it helped: one more, and nothing about who."""
    name = "helped" if did_help else "helped_not"
    Resource.objects.filter(pk=resource.pk).update(**{name: F(name) + 1})


def keep(user: User, resource: Resource) -> None:
    """Put it on this person's list. Safe to repeat. TooMany: 100 are there."""
    kept = KeptResource.objects.filter(user=user)
    if not kept.filter(resource=resource).exists() and kept.count() >= KEPT_AT_MOST:
        raise TooMany
    KeptResource.objects.get_or_create(user=user, resource=resource)


def forget(user: User, resource: Resource) -> None:
    """Take it off the list. Safe to repeat."""
    KeptResource.objects.filter(user=user, resource=resource).delete()


# --- what is derived --------------------------------------------------------------------------------------------------


def _is_foreign(resource: Resource) -> bool:
    """A link to pages without Swedish: how hard our own words about it are says nothing of them."""
    return resource.kind == Resource.Kind.LINK and SWEDISH not in resource.languages


def _said(thing, name: str, code: str) -> str:
    """What is written in exactly that language, "" when nothing is."""
    return getattr(thing, f"{name}_{code}") or ""


def _make_editions(resource: Resource, htmls: dict[str, str]) -> None:
    found = []
    for code in CODES:
        title, description = _said(resource, "title", code), _said(resource, "description", code)
        if title or description or htmls[code]:
            category = _said(resource.category, "name", code)
            more = " ".join([description, resource.tags, resource.publisher, category])
            texts = (title, more, " ".join([title, more, rendering.to_plain(htmls[code])]))
            in_title, in_more, everywhere = (f" {' '.join(words.split(text))} " for text in texts)
            said = {"title_words": in_title[:200], "more_words": in_more, "all_words": everywhere}
            found.append(Edition(resource=resource, language=code, html=htmls[code], **said))
    Edition.objects.filter(resource=resource).delete()
    Edition.objects.bulk_create(found)
    every = sorted({word for edition in found for word in edition.all_words.split() if len(word) > 1})
    SearchWord.objects.bulk_create(
        [SearchWord(word=word, folded=words.fold(word)[: words.LONGEST]) for word in every], ignore_conflicts=True
    )

"""What comments quote of a document follows what its owner hides of it later: who helps next reads them too."""

from seekers import anchors, identifiers
from seekers.models import Comment, DocumentPage, DocumentVersion


def follow(page: DocumentPage) -> None:
    """Quote anew what comments on this page are about, as it can be read now. Call with the version locked."""
    for comment in Comment.objects.filter(version=page.version_id, page=page.number, start__isnull=False):
        quote = anchors.quote_of(page, comment.start, comment.end)
        if quote and quote != comment.quote:
            before = comment.before if comment.before in quote else ""
            Comment.objects.filter(pk=comment.pk).update(quote=quote, before=before)


def hide(version: DocumentVersion) -> None:
    """What helpers copied while all was shown is hidden with the rest."""
    for comment in Comment.objects.filter(version=version).exclude(before="", note="", after=""):
        now = {name: identifiers.mask(getattr(comment, name)) for name in ("before", "note", "after")}
        if any(getattr(comment, name) != words for name, words in now.items()):
            Comment.objects.filter(pk=comment.pk).update(**now)

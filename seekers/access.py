"""What of one's own somebody may open outside the chats."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from motesplats import access
from seekers.models import Document


def own_documents(request: HttpRequest) -> QuerySet[Document]:
    """What this account has brought, and what was brought to a question this browser holds a grant for."""
    return Document.objects.owned_by(request.user, access.good_grants(request.session))


def documents_to_take_home(request: HttpRequest) -> QuerySet[Document]:
    """Those of the account that is logged in, and those of people without one. A grant does not open an account."""
    return own_documents(request).filter(Q(owner_id=request.user.pk) | Q(owner__email=None))

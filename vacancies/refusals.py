"""What the moves of employers, ads and visits refuse alike: somebody was faster, or it is one's own employer."""

from motesplats.models import User
from vacancies.models import Employer


class StateConflict(Exception):
    """It is not in a state this move starts from: somebody was faster."""


class OwnEmployer(Exception):  # noqa: N818 a refusal
    """Whoever decides for IM speaks for this employer too: a colleague must decide."""


def must_be_another(employer: Employer, *, by: User) -> None:
    """Nobody at IM says yes to an employer that they write ads for, nor to its ads. OwnEmployer."""
    if employer.members.filter(user=by).exists():
        raise OwnEmployer

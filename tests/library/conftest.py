import pytest

from library import content


@pytest.fixture
def shipped(db):
    """The library as it comes."""
    content.load_missing()

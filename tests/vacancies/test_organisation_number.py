import pytest

from vacancies import organisation_number


@pytest.mark.parametrize(
    "typed", ["556677-8899", "5566778899", "556677 8899", "16556677-8899", " ٥٥٦٦٧٧-٨٨٩٩ ", "556677–8899"]
)
def test_a_number_is_read_however_it_is_written(typed):
    assert organisation_number.read(typed) == "5566778899"


@pytest.mark.parametrize(
    "typed", ["556677-8898", "811228-9874", "121212-1212", "55667788", "556677-88990", "", "abc", "5566778899x"]
)
def test_what_is_none_is_refused(typed):
    assert organisation_number.read(typed) is None

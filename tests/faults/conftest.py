"""One whole house for the fault tests, and the figures they show at the end of the run."""

import pytest

from tests.faults.house import House


@pytest.fixture(scope="session")
def house():
    """Pages, two socket processes, worker, beat, PostgreSQL, Redis, Caddy and a mail server, in a folder of their own."""
    with House() as house:
        yield house


@pytest.fixture
def figures(request):
    """figures("…"): a line for the summary of the run."""
    return lambda line: request.node.user_properties.append(("figures", line))


def pytest_terminal_summary(terminalreporter):
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    lines = [line for report in reports for key, line in report.user_properties if key == "figures"]
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.line(line)

"""A Python that stays open inside a running house: what a story looks up or moves costs no new process each time."""

import json
import subprocess
import sys

from motesplats.daemons import die_with_parent
from motesplats.processes import ROOT

READS_CODE = """
import contextlib, io, json, os, sys, traceback
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what others print must not mix with the answers
import django
django.setup()
from django.db import connections
for line in sys.stdin:
    printed = io.StringIO()
    answer = {"problem": ""}
    try:
        with contextlib.redirect_stdout(printed):
            exec(json.loads(line), {})
    except BaseException:
        answer["problem"] = traceback.format_exc()
    connections.close_all()
    print(json.dumps({**answer, "printed": printed.getvalue()}), file=answers, flush=True)
"""


class Shell:
    """Runs code with the settings of `environment`. Close it after use."""

    def __init__(self, environment: dict[str, str]):
        self.process = subprocess.Popen(
            [sys.executable, "-c", READS_CODE],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            preexec_fn=die_with_parent,
        )

    def run(self, code: str) -> str:
        """-> what `code` printed. AssertionError with its traceback when it failed."""
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert not answer["problem"], answer["problem"]
        return answer["printed"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

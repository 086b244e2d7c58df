"""kill -9, a hundred times, while the real window annotates: nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotator.store.database import Database

ROUNDS = 100


def _saved(database: Path) -> int:
    held = Database(database, write=False)
    try:
        assert not held.check()
        return int(
            held.read(lambda db: db.exec_driver_sql("select count(*) from annotation").scalar_one())
        )
    finally:
        held.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_kills_lose_nothing(tmp_path: Path, home: Path) -> None:
    database = tmp_path / "work.db"
    rng = random.Random(9)
    command = [sys.executable, "-m", "tests.e2e.victim"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as server:
        assert server.stdin is not None and server.stdout is not None
        acknowledged = edits = 0
        for _ in range(ROUNDS):
            server.stdin.write(f"{database}\n")
            child = int(server.stdout.readline().split()[1])
            first = server.stdout.readline()  # it annotates now
            time.sleep(rng.uniform(0, 0.06))
            os.kill(child, signal.SIGKILL)
            lines = [first]
            while (line := server.stdout.readline()) != "gone\n":
                lines.append(line)
            last = int(lines[-1])
            assert last > acknowledged, "each round adds to the one before"
            edits += len(lines)
            count = _saved(database)
            assert count in (last, last + 1), f"{last} were acknowledged, {count} are there"
            acknowledged = count
        server.stdin.close()
        server.wait(10)
    assert edits >= ROUNDS

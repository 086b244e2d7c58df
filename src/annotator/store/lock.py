"""The lock file beside a database: one writer at a time, whatever program it runs in."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from annotator.model.errors import StoreUnavailable

_SECONDS = 0.2  # `held` takes the lock for an instant, which is no reason to refuse a writer


def take(path: Path) -> FileLock:
    """The lock of the database at `path`, ours until released.

    Raises StoreUnavailable where another program holds it, OSError where it can't be made.
    """
    lock = _lock(path)
    try:
        lock.acquire(timeout=_SECONDS, poll_interval=0.02)
    except Timeout as error:
        raise StoreUnavailable(
            f"{path} is open in another Annotator. Close it there and try again."
        ) from error
    return lock


def held(path: Path) -> bool:
    """True where somebody holds the lock; makes none."""
    lock = _lock(path)
    if not Path(lock.lock_file).exists():
        return False
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False  # it can't be told: the lock is another person's
    lock.release()
    return False


def _lock(path: Path) -> FileLock:
    return FileLock(f"{path}.lock", thread_local=False)

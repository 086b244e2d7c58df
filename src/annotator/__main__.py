"""The way in: no command shows the window, a command goes to the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from annotator import cli

_LIBRARIES = (
    "apt-get install -y --no-install-recommends libgl1 libegl1 libfontconfig1 libdbus-1-3 "
    "libglib2.0-0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; the exit code."""
    if argv is None:  # a process of its own: no traceback reaches a person
        sys.excepthook = cli.unforeseen
    arguments = cli.parse(sys.argv[1:] if argv is None else argv)
    if arguments.command is not None:
        return cli.run(arguments)
    if sentence := _no_display():
        return _refuse(sentence)
    try:
        from annotator import app  # Qt: the commands do without it
    except ImportError as fault:
        if ".so" not in str(fault):
            return _refuse(f"It is not installed whole ({fault}). Install it again.")
        return _refuse(f"Qt needs a system library: {fault}. On Debian, as root: {_LIBRARIES}")
    return app.run(cli.where(arguments), cli.who(arguments))


def _no_display() -> str:
    """Why no window can be shown; without a display Qt would abort the process."""
    if not sys.platform.startswith("linux"):
        return ""
    if any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return ""
    return "There is no display to show the window on. Start it in a desktop session."


def _refuse(sentence: str) -> int:
    print(f"annotator: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

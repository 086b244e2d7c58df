"""The way in: no command shows the window, a command goes to the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from annotator import cli


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; the exit code."""
    arguments = cli.parse(sys.argv[1:] if argv is None else argv)
    if arguments.command is not None:
        return cli.run(arguments)
    try:
        from annotator import app  # Qt: the commands do without it
    except ImportError as fault:
        if ".so" not in str(fault):
            raise
        print(
            f"annotator: Qt needs a system library: {fault}. On Debian, as root: apt-get install "
            "-y --no-install-recommends libgl1 libegl1 libfontconfig1 libdbus-1-3 libglib2.0-0 "
            "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0",
            file=sys.stderr,
        )
        return 1
    return app.run(cli.where(arguments), cli.who(arguments))


if __name__ == "__main__":
    sys.exit(main())

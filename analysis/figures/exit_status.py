"""How a program that draws ends: what its user did wrong in one line, and the exit status that says so."""

import sys

from run_directory import BadInput


def exit_status(work, written):
    """Runs `work`; `written` is what it writes, for an error that names no file. Returns 0, or 2 with the line on
    standard error."""
    try:
        work()
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    except ImportError as error:
        print(f"figures need Debian's package python3-matplotlib: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or written}: cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    return 0

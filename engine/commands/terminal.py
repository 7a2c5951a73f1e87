"""What all commands print while they work: progress, on stderr."""

import sys


def say(line: str) -> None:
    """One line on stderr, at once."""
    print(line, file=sys.stderr, flush=True)


class _Progress:
    """One line that grows at a terminal; a line each percent where the output is a file."""

    def __init__(self):
        self.last = None

    def __call__(self, done: int, total: int | None, what: str) -> None:
        if sys.stderr.isatty():
            share = f"{done / total:.0%}" if total else f"{done:,}"
            end = "\n" if total and done >= total else ""
            print(f"\r{what}: {share:<12}", end=end, file=sys.stderr, flush=True)
            return
        # A download without a known length counts in steps of a million bytes.
        step = (what, done * 100 // total if total else done // 1_000_000)
        if step != self.last:
            self.last = step
            share = f"{step[1]}%" if total else f"{done:,}"
            print(f"{what}: {share}", file=sys.stderr, flush=True)


#: Called as `show_progress(done, in_all, what)`.
show_progress = _Progress()

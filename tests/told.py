"""Progress that hands a test just what it is about: the words, or the counts."""

from collections.abc import Callable

from engine.progress import Progress


def said_to(listen: Callable[[str], object]) -> Progress:
    """`listen` hears the lines for people."""
    return Progress(lambda event: listen(event.message) if event.message else None)


def counted_to(listen: Callable[[tuple], object]) -> Progress:
    """`listen` hears what is counted: (done, in all, stage)."""
    return Progress(
        lambda event: (
            None if event.done is None else listen((event.done, event.in_all, event.stage))
        )
    )

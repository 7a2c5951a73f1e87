"""The one exception a person gets to read."""


class EngineError(ValueError):
    """Something outside the program is wrong: a file, a flag, a photo, the network.

    Its message is one complete sentence that says what is wrong, what is allowed and
    what was received. Pages show it as it is; the command line prints it on stderr and
    ends with exit code 2.
    """


def one_line(error: Exception) -> str:
    """What another library's error says, short enough to stand inside our own sentence."""
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__


class StoppedError(Exception):
    """Somebody asked a training to end, and it does so here."""

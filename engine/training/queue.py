"""One training at a time on a machine: the others wait in the order in which they came.

    artifacts/runs/.turns/<when it came>-<process id>.json

A ticket counts while its process runs, so that one that was killed holds nobody up. Where machines
share the disk, all see each other's trainings, but nobody waits for those of another machine.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.disk.atomic import write_text
from engine.disk.paths import runs_folder
from engine.disk.process_identity import heartbeat, host, identity, is_alive, is_here
from engine.progress import Progress
from engine.text import counted

_FOLDER = ".turns"
_LOOK_EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Turn:
    """A training that runs or waits.

    Attributes:
        data_set: Name of its data set.
        run: Name of its run.
        process_id: Its process.
        host: The machine it is on, as `engine.disk.process_identity.host` names it.
        ahead: How many trainings of that machine came before: it runs at 0.
    """

    data_set: str
    run: str
    process_id: int
    host: str
    ahead: int


def turns() -> list[Turn]:
    """The trainings in the order in which they came, of all machines that share the disk."""
    found: list[Turn] = []
    for path in sorted(_folder().glob("*.json")):
        ticket = _read(path)
        if is_alive(ticket, path) and {"data_set", "run"} <= ticket.keys():
            machine = ticket.get("host", host())
            ahead = sum(one.host == machine for one in found)
            run = (ticket["data_set"], ticket["run"], ticket["process_id"])
            found.append(Turn(*run, machine, ahead))
    return found


@contextlib.contextmanager
def own_turn(
    data_set: str,
    run: str,
    progress: Progress,
    check: Callable[[], None],
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Wait until no earlier training runs; others wait until this one has ended.

    Args:
        data_set: Name of the data set.
        run: Name of the run.
        progress: Told each time another number of trainings is ahead.
        check: Called again and again while it waits. What it raises ends the waiting.
        wait: Waits some seconds.
    """
    path = _own_ticket() or take_ticket(data_set, run)
    with _given_back(path), heartbeat(path):
        told = 0
        while ahead := _ahead(path):
            check()
            if ahead != told:
                told = ahead
                progress.stage("wait", "Waiting for other trainings")
                progress.say(f"waiting: {counted(ahead, 'training')} on this machine came before")
            wait(_LOOK_EVERY_SECONDS)
        yield


def take_ticket(data_set: str, run: str, process_id: int | None = None) -> Path:
    """Join the queue.

    Args:
        data_set: Name of the data set.
        run: Name of the run.
        process_id: The process that will train, where it is another than this one: whoever starts
            it takes its ticket, so that the order is that of the starts.

    Returns:
        The ticket.
    """
    process_id = process_id or os.getpid()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    _remove_old(folder)
    path = folder / f"{time.time_ns():020d}-{process_id}.json"
    ticket = {"data_set": data_set, "run": run, **identity(process_id)}
    write_text(path, json.dumps(ticket), durable=False)  # no process outlives a power cut
    return path


@contextlib.contextmanager
def _given_back(ticket: Path) -> Iterator[None]:
    try:
        yield
    finally:
        ticket.unlink(missing_ok=True)


def _folder() -> Path:
    return runs_folder() / _FOLDER


def _own_ticket() -> Path | None:
    """The ticket that somebody took for this process."""
    return min(filter(_lives_here, _folder().glob(f"*-{os.getpid()}.json")), default=None)


def _ahead(own: Path) -> int:
    """How many living trainings of this machine came before."""
    earlier = [path for path in _folder().glob("*.json") if path.name < own.name]
    return sum(map(_lives_here, earlier))


def _lives_here(path: Path) -> bool:
    """Whether it is the ticket of a process that runs on this machine."""
    ticket = _read(path)
    return is_here(ticket) and is_alive(ticket, path)


def _remove_old(folder: Path) -> None:
    """Remove the tickets of processes that have ended."""
    for path in folder.glob("*.json"):
        if not is_alive(_read(path), path):
            path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any] | None:
    """A ticket; None where it was given back at this moment, or is damaged."""
    try:
        ticket = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return ticket if isinstance(ticket, dict) else None

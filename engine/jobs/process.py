"""One process of our own that works on while pages and servers come and go.

    <folder>/.<name>.json              which process it is, and what was noted about it
    <folder>/.<name>.progress.jsonl    where it stands, for machines (`engine.disk.progress_file`)
    <folder>/.<name>.log               what it has printed, for people alone

Any page, also of a server started later, reads from the first two how far the work is.
"""

import json
import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.disk import paths
from engine.disk.atomic import write_text
from engine.disk.process_identity import HEARTBEAT_VARIABLE, identity, is_alive
from engine.disk.progress_file import PROGRESS_VARIABLE

_LOG_TAIL_BYTES = 2**16

#: Between looking whether a process runs and starting one, two visitors must not interleave.
lock = threading.RLock()


@dataclass(frozen=True)
class Job:
    """A process that may have been started, and may still run.

    Attributes:
        folder: Where its files lie.
        name: What they are called, without the leading dot and the ending.
    """

    folder: Path
    name: str

    @property
    def record_path(self) -> Path:
        """The file that says which process it is."""
        return self.folder / f".{self.name}.json"

    @property
    def progress_path(self) -> Path:
        """The file of its events."""
        return self.folder / f".{self.name}.progress.jsonl"

    @property
    def log_path(self) -> Path:
        """The file of what it has printed."""
        return self.folder / f".{self.name}.log"

    def start(self, command: list[str], **notes: object) -> int:
        """Start the process; what an earlier one of this name has said is dropped.

        Args:
            command: The program and its arguments.
            notes: Facts to keep with it, JSON types.

        Returns:
            Its id.

        Raises:
            OSError: If no process can be started, or the disk refuses.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        child = paths.child_process()
        child["env"][HEARTBEAT_VARIABLE] = str(self.record_path.resolve())
        child["env"][PROGRESS_VARIABLE] = str(self.progress_path.resolve())
        self.progress_path.unlink(missing_ok=True)
        with self.log_path.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **child,
                start_new_session=True,  # Ctrl-C at the server is not meant for it
            )
        # Without someone waiting for it, an ended process would stay as a zombie.
        threading.Thread(target=process.wait, daemon=True).start()
        record = {**notes, **identity(process.pid)}
        write_text(self.record_path, json.dumps(record))
        return process.pid

    def record(self) -> dict[str, Any] | None:
        """What was noted about it; None where it was never started, or the file is damaged."""
        try:
            record = json.loads(self.record_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) else None

    def is_running(self) -> bool:
        """Whether the process runs."""
        return is_alive(self.record(), self.record_path)

    def log_lines(self) -> list[str]:
        """The last lines it has printed, 64 KiB at most."""
        try:
            with self.log_path.open("rb") as file:
                file.seek(0, os.SEEK_END)
                file.seek(max(0, file.tell() - _LOG_TAIL_BYTES))
                return file.read().decode("utf-8", errors="replace").splitlines()
        except OSError:
            return []

    def forget(self) -> None:
        """Remove its files."""
        for path in (self.record_path, self.progress_path, self.log_path):
            path.unlink(missing_ok=True)

"""Where things are kept on disk, below one folder that tests can move."""

import os
import re
from pathlib import Path

from engine.errors import EngineError

#: Environment variable that moves the whole `artifacts` folder (tests, read-only hosts).
ARTIFACTS_VARIABLE = "SCRATCH_VS_TRANSFER_ARTIFACTS"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def artifacts_folder() -> Path:
    """Folder of everything this project keeps: `artifacts` beside the package, by default."""
    moved = os.environ.get(ARTIFACTS_VARIABLE)
    return Path(moved) if moved else Path(__file__).resolve().parent.parent / "artifacts"


def data_folder() -> Path:
    """Folder of the photos brought to this machine, one folder a data set."""
    return artifacts_folder() / "data"


def published_folder() -> Path:
    """Folder of the committed runs, one folder a data set."""
    return artifacts_folder() / "published"


def runs_folder() -> Path:
    """Folder of the runs trained on this machine, one folder a data set."""
    return artifacts_folder() / "runs"


def child_process() -> dict:
    """`cwd` and `env` with which a process of our own finds `-m engine` and the same artifacts."""
    return {
        # The folder above the package.
        "cwd": Path(__file__).resolve().parent.parent,
        "env": {
            **os.environ,
            # It may have been given from another folder.
            ARTIFACTS_VARIABLE: str(artifacts_folder().resolve()),
            "PYTHONIOENCODING": "utf-8",
        },
    }


def check_name(name: str, what: str) -> str:
    """Return `name` if it is safe as a folder name.

    Raises:
        EngineError: If it could leave its folder or be hidden (`..`, `/`, a leading dot).
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise EngineError(
            f"The {what} must be 1 to 64 letters, digits, dots, dashes or underscores and "
            f"start with a letter or digit. Received: {name!r}"
        )
    return name

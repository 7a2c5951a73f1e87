"""Where things are kept on disk, below one folder that tests can move."""

import os
import re
from pathlib import Path
from typing import Any

from engine.errors import EngineError

#: Environment variable that moves the whole `artifacts` folder (tests, read-only hosts).
ARTIFACTS_VARIABLE = "SCRATCH_VS_TRANSFER_ARTIFACTS"

#: Characters of the name of a run or a data set.
LONGEST_NAME = 64
_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_NAME - 1}}}")


def artifacts_folder() -> Path:
    """Folder of everything this project keeps.

    `artifacts` beside the package, where its source lies; of an installed package, which has none
    beside it, `artifacts` in the folder where the program was started.
    """
    moved = os.environ.get(ARTIFACTS_VARIABLE)
    if moved:
        return Path(moved)
    beside = Path(__file__).resolve().parents[2] / "artifacts"
    return beside if beside.is_dir() else Path.cwd() / "artifacts"


def data_folder() -> Path:
    """Folder of the photos brought to this machine, one folder a data set."""
    return artifacts_folder() / "data"


def published_folder() -> Path:
    """Folder of the committed runs, one folder a data set."""
    return artifacts_folder() / "published"


def runs_folder() -> Path:
    """Folder of the runs trained on this machine, one folder a data set."""
    return artifacts_folder() / "runs"


def child_process() -> dict[str, Any]:
    """`cwd` and `env` with which a process of our own finds `-m engine` and the same artifacts."""
    return {
        # The folder above the package.
        "cwd": Path(__file__).resolve().parents[2],
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
            f"The {what} must be 1 to {LONGEST_NAME} letters, digits, dots, dashes or underscores "
            f"and start with a letter or digit. Received: {name!r}"
        )
    return name

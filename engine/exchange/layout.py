"""What a zip file of runs holds, and how much."""

from engine.data.archives import Limits
from engine.data.data_set import INDEX_FILE, PHOTOS_FILE
from engine.runs import (
    FILES,
    FORMER_OUT_OF_DISTRIBUTION_FILE,
    OUT_OF_DISTRIBUTION_FILE,
    ROBUSTNESS_FILE,
    WEIGHTS_FILE,
)

INDEX_FILES = (INDEX_FILE, PHOTOS_FILE)
_MEASURED_FILES = (ROBUSTNESS_FILE, OUT_OF_DISTRIBUTION_FILE)
#: What the folder of a run may hold, also one that an earlier version wrote.
RUN_FILES = (*FILES, *_MEASURED_FILES, FORMER_OUT_OF_DISTRIBUTION_FILE)

#: Nine fine-tuned networks of the preset, or two with the flatten head.
MAX_BYTES = 500 * 2**20
#: The weights of a ResNet50 with the flatten head are the largest file, 241 MiB.
LIMITS = Limits(files=1_000, bytes=MAX_BYTES, file_bytes=256 * 2**20)

#: In words, for who packed something else.
HOLDS = (
    f"one folder, called like the data set, with {' and '.join(INDEX_FILES)} and a folder for each "
    f"run with {', '.join(FILES)} and perhaps {' and '.join(_MEASURED_FILES)}; weights only as "
    f"{WEIGHTS_FILE}"
)

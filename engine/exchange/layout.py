"""What a zip file of runs holds, and how much."""

from engine.data.archives import Limits
from engine.data.data_set import INDEX_FILE, PHOTOS_FILE
from engine.runs import FILES, ROBUSTNESS_FILE, STRANGERS_FILE, WEIGHTS_FILE

INDEX_FILES = (INDEX_FILE, PHOTOS_FILE)
MEASURED_FILES = (ROBUSTNESS_FILE, STRANGERS_FILE)

#: Nine fine-tuned networks of the preset, or two with the flatten head.
MAX_BYTES = 500 * 2**20
#: The weights of a ResNet50 with the flatten head are the largest file, 241 MiB.
LIMITS = Limits(files=1_000, bytes=MAX_BYTES, file_bytes=256 * 2**20)

#: In words, for who packed something else.
HOLDS = (
    f"one folder, called like the data set, with {' and '.join(INDEX_FILES)} and a folder for each "
    f"run with {', '.join(FILES)} and perhaps {' and '.join(MEASURED_FILES)}; weights only as "
    f"{WEIGHTS_FILE}"
)

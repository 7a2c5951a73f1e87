"""How the charts of the errors are read, and what the outcomes are called."""

OUTCOME_TITLES = {
    "only right": "Only ResNet50 right",
    "only left": "Only scratch right",
    "both wrong": "Both wrong",
    "both right": "Both right",
}
MATRICES = (
    "A row holds the photos of one true label, a column what they were called: the diagonal is "
    "right, everything else a mistake."
)
DIFFERENCE = (
    "🔷 Blue, **+**: ResNet50 gives this answer more often. 🟠 Orange, **−**: the CNN from scratch "
    "does. So blue on the diagonal is more right answers, and orange beside it is fewer mistakes, "
    "both in favour of ResNet50."
)
SCORES = (
    "Recall: of the photos of a class, the share found. Precision: of the photos called so, the "
    "share that is. F1: both in one number."
)
CLASS_DIFFERENCES = (
    "The share of a class that ResNet50 finds less the share that scratch finds, with its 95 % "
    "interval. Where it crosses the line at 0, chance may have decided on this class; it is wide "
    "where a class has few photos."
)

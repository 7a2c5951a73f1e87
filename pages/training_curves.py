from pages.ui.frame import open_page
from pages.ui.navigation import TRAINING_CURVES

comparison = open_page(TRAINING_CURVES)

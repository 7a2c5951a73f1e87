from pages.ui.frame import open_page
from pages.ui.navigation import LIVE_PREDICTION

comparison = open_page(LIVE_PREDICTION)

from pages.ui.frame import open_page
from pages.ui.navigation import OVERVIEW

comparison = open_page(OVERVIEW)

from pages.ui.frame import open_page
from pages.ui.navigation import ERRORS

comparison = open_page(ERRORS)

from pages.ui.frame import open_page
from pages.ui.navigation import DATA_SET

comparison = open_page(DATA_SET)

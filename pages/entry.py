"""The script of every page: what all pages share is drawn here, then the page that is open."""

from pages.ui import address, frame, navigation

frame.take_over_secret()
address.carry()
data_set = frame.chosen_data_set()
page = navigation.menu(data_set)
frame.draw_sidebar(data_set)
page.run()

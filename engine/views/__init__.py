"""Numbers in, something to look at out: the same on the pages and in the HTML file.

`charts/` turns tables into Plotly figures, `sentences/` says in words what numbers say, `titles`
what runs are called, `report/` puts all of it into one HTML file, `spreadsheet` into CSV files.
"""

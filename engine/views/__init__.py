"""Numbers in, something to look at out: the same on the pages and in the HTML file.

`looks` says what each run is called and drawn like, for all others. `charts/` turns tables into
Plotly figures, `sentences/` says in words what numbers say, `report/` puts all of it into one HTML
file, `spreadsheet` into CSV files.
"""

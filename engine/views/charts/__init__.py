"""Tables in, Plotly figures out: what the pages and the report draw.

The only room of the engine that knows Plotly; nothing in it reads a file or knows a page.
"""

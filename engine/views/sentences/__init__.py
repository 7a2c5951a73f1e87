"""What the numbers say, in plain words: the pages and the report say the same.

Sentences are Markdown with nothing but **bold** in it. They hold numbers and our own words, no
name that a visitor chose: whoever shows such names escapes them where they are shown.
"""

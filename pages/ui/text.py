"""Names that visitors chose, as Streamlit shows them."""

import re


def plain(text: str) -> str:
    """Markdown that shows `text` as it is: class names come from visitors' folders."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])", r"\\\1", text)

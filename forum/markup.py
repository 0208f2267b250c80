"""Long texts that organisers write: CommonMark and tables, without HTML and without pictures from elsewhere."""

from __future__ import annotations

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

LOWEST = 6


def _fitting_our_pages(state: StateCore) -> None:
    """The page has the one heading of the first level, and no style of its own."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, LOWEST)}"
        elif token.type in ("th_open", "td_open"):
            token.attrs.pop("style", None)  # the policy of our pages refuses it


_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
_markdown.core.ruler.push("fitting_our_pages", _fitting_our_pages)


def html(text: str) -> SafeString:
    """Safe HTML. What looks like HTML in the text is shown as text, and no link runs a script."""
    return SafeString(_markdown.render(text))  # the renderer escapes everything: tests/forum/test_markup.py

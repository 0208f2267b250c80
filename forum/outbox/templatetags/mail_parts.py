"""The parts of a mail's words, each by its name, in one template for each language."""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context

register = template.Library()


class PartNode(template.Node):
    def __init__(self, name: FilterExpression, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> str:
        before, context.autoescape = context.autoescape, False  # plain text; HTML is made of it afterwards
        try:
            context["parts"][self.name.resolve(context)] = self.nodelist.render(context).strip()
        finally:
            context.autoescape = before
        return ""


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """`{% part "opening" %}…{% endpart %}` puts what it holds into `parts`, as plain text, and shows nothing."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(["endpart"])
    parser.delete_first_token()
    return PartNode(parser.compile_filter(name), nodelist)

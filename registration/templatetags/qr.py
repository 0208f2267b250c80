from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from registration.ticketing import qr_path

register = template.Library()


@register.simple_tag
def qr_of_page(page: str, label: str) -> SafeString:
    """The way to a page of this site as a QR, black on white with its quiet zone, in a picture that is called so."""
    side, path = qr_path(settings.PUBLIC_URL + page)
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}">'
        '<rect width="100%" height="100%" fill="#fff"/><path d="{2}" fill="#000"/></svg>',
        side,
        label,
        path,
    )

"""Data for search engines in a page: the only inline script there is, and it is none: browsers never run its type."""

import json

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}  # all can only stand in strings


@register.simple_tag
def json_ld(data: dict) -> SafeString:
    """`data` as application/ld+json. Nothing in it can end the element: <, > and & are escaped as JSON escapes them."""
    said = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{said}</script>')  # noqa: S308 # allowed: escaped above

"""Words of the account pages: data for passkeys.js, browsers in plain language."""

import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()

_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip


@register.filter
def as_json(value) -> str:
    """What a `data-` attribute holds for a script; autoescape makes it safe there."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def browser_name(user_agent: str) -> str:
    """'Mozilla/5.0 (Linux; Android 10 …' -> 'Chrome, Android'; what is unknown is left out."""
    found = [next((name for mark, name in known if mark in user_agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name) or user_agent[:40] or "?"

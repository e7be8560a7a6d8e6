"""Template words of the whole house: times in plain language, languages, icons. Loaded as a builtin everywhere."""

from django import template
from django.utils import timezone

from motesplats import languages, moments, telling

register = template.Library()

register.filter("moment", moments.say_moment)
register.filter("clock", moments.say_clock)
register.filter("day", moments.say_day)
register.filter("time_of_day", moments.say_time)
register.filter("span", moments.say_span)
register.filter("duration", moments.say_duration)
register.filter("second", moments.say_second)


@register.filter
def waited(since) -> str:
    """'6 minuter' from an aware datetime until now."""
    return moments.say_waited(since, timezone.now())


@register.filter
def language_names(codes) -> str:
    """['sv', 'ar'] -> 'lätt svenska, العربية'"""
    return ", ".join(languages.readable_names(codes))


@register.filter
def own_names(codes) -> str:
    """['sv', 'ar'] -> 'svenska, العربية'"""
    return languages.own_names(codes)


@register.inclusion_tag("motesplats/_icon.html")
def icon(name: str):
    """An inline SVG from motesplats/_icon.html; decorative, hidden from screen readers."""
    return {"name": name}


@register.inclusion_tag("motesplats/_tell.html")
def tell_friend(with_code: bool = False):
    """A box: the address to pass on, by a text message or a mail; `with_code` also as a picture. Else folded."""
    return telling.links(with_code=with_code)

"""The nine stages on top of a page, and where its Help leads."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from cbhi_site.guides.registry import topic_of
from cbhi_site.guides.training_queries import is_training
from cbhi_site.stages import Way, ways_of
from schemes.models import Scheme

register = template.Library()


def _way_of(scheme: Scheme) -> Way:
    """Asked for once a page, however many of its parts show it."""
    way: Way | None = getattr(scheme, "_way", None)
    if way is None:
        way = ways_of([scheme])[0]
        scheme._way = way  # type: ignore[attr-defined]
    return way


@register.inclusion_tag("components/stages.html")
def stages_nav(scheme: Scheme, stage: str = "") -> dict[str, Any]:
    """The nine stages of `scheme`; `stage` is the key of the one this page belongs to, if it belongs to
    one.
    """
    way = _way_of(scheme)
    here = next((step.number for step in way.steps if step.stage.key == stage), 0)
    return {"way": way, "here": here, "at": here or way.at.number, "is_training": is_training(scheme)}


@register.inclusion_tag("components/all_stages.html")
def stages_list(scheme: Scheme) -> dict[str, Any]:
    """All nine with a link each, for a screen on which the way on top has room for three."""
    way = _way_of(scheme)
    return {"way": way, "at": way.at.number}


@register.inclusion_tag("components/track.html")
def stages_track(way: Way) -> dict[str, Any]:
    """The same nine stages as a row of small boxes, for a list of schemes."""
    return {"way": way, "at": way.at.number}


@register.inclusion_tag("components/next_step.html")
def next_step(scheme: Scheme) -> dict[str, Any]:
    """What to do next for this scheme, and its figure if it has one."""
    return {"way": _way_of(scheme)}


@register.filter
def plus(number: int, more: int) -> int:
    return number + more


@register.simple_tag(takes_context=True)
def help_address(context: dict[str, Any]) -> str:
    """Where Help leads from this page: to the help on it; to all help where no address gave the page."""
    match = getattr(context.get("request"), "resolver_match", None)
    topic = topic_of(match.view_name) if match is not None else None
    return reverse("help_topic", args=[topic.key]) if topic else reverse("help")

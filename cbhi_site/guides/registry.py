"""Which help belongs to which page: every name of an address has its topic."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cbhi_site.guides import topics_figures, topics_first, topics_price, topics_workshop, topics_years
from cbhi_site.guides.topic import Topic
from cbhi_site.stages import STAGES

TOPICS: Mapping[str, Topic] = {
    topic.key: topic
    for module in (topics_first, topics_figures, topics_price, topics_workshop, topics_years)
    for topic in module.TOPICS
}

BY_ADDRESS: Mapping[str, str] = {name: topic.key for topic in TOPICS.values() for name in topic.addresses}
"""The key of the topic by the full name of an address; a new address goes into one topic's `addresses`."""

PARTS: Mapping[str, Promise] = {
    "start": _("To begin with"),
    **{stage.key: stage.name for stage in STAGES},
    "people": _("People and the server"),
}
"""The index's parts in its order: the nine stages stand between what comes first and who looks after all."""


def topics_of(part: str) -> list[Topic]:
    return [topic for topic in TOPICS.values() if topic.part == part]


def topic_of(view_name: str) -> Topic | None:
    """The help on the page of this address; None for a page that no address gives."""
    return TOPICS.get(BY_ADDRESS.get(view_name, ""))

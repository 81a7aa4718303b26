"""Votes as they are sent: one by a form, or many at once as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.refusals import ActionRefused
from workshop.sessions import SessionGroup
from workshop.vote_actions import Ballot
from workshop.votes import Round

MOST_BALLOTS = 500
"""Votes in one post: whoever has more sends them in several."""


class NotVotes(ActionRefused):
    """What was sent are no votes; the message says what is expected."""


def ballot_of(sent: Mapping[str, str], *, group: SessionGroup, round_: Round) -> Ballot:
    """One tapped vote."""
    return _ballot(
        {**{name: sent.get(name) for name in ("first", "second")}, "id": sent.get("vote")},
        group_id=group.pk,
        round_=round_,
    )


def ballots_of(body: bytes) -> list[Ballot]:
    """`{"votes": [{"id": …, "group": …, "round": …, "first": 1, "second": 2}, …]}`; `second` may be left out.

    Raises `NotVotes` when anything is not of this shape: then none of them was looked at.
    """
    try:
        sent = json.loads(body)
        votes = sent["votes"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise NotVotes(_('Send JSON with the votes in it: {"votes": […]}.')) from None
    if not isinstance(votes, list) or len(votes) > MOST_BALLOTS:
        raise NotVotes(_("Send at most %(most)s votes at once, as a list.") % {"most": MOST_BALLOTS})
    return [_listed(vote, place) for place, vote in enumerate(votes, start=1)]


def _listed(vote: Any, place: int) -> Ballot:
    try:
        return _ballot(vote, group_id=_uuid(vote["group"]), round_=Round(vote["round"]))
    except (ValueError, TypeError, KeyError, AttributeError, NotVotes):
        raise NotVotes(
            _("Vote %(place)s of the list lacks its id, group, round or first choice.") % {"place": place}
        ) from None


def _ballot(vote: Mapping[str, Any], *, group_id: UUID, round_: Round) -> Ballot:
    second = vote.get("second")
    try:
        return Ballot(
            client_id=_uuid(vote["id"]),
            group_id=group_id,
            round=round_,
            first=_number(vote["first"]),
            second=None if second in {None, ""} else _number(second),
        )
    except (ValueError, TypeError, KeyError):
        raise NotVotes(_("Nothing was chosen. Tap a package.")) from None


def _uuid(text: Any) -> UUID:
    if not isinstance(text, str):
        raise ValueError
    return UUID(text)


def _number(sent: Any) -> int:
    """The number of a package on the board, as a form or JSON says it."""
    text = str(sent)
    if isinstance(sent, bool) or len(text) > 2:
        raise ValueError
    return int(text)

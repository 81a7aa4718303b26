"""What the comments under a package need to be shown, whichever page they stand on."""

from __future__ import annotations

from typing import Any

from accounts.permissions import Permission, may
from accounts.requests import SiteRequest
from calculator import review_queries
from calculator.models import Package
from calculator.review_forms import CommentForm


def comments_context(
    request: SiteRequest, package: Package, *, form: CommentForm | None = None
) -> dict[str, Any]:
    """What `_comments.html` shows, whichever page it stands on."""
    comments = [
        {
            "comment": comment,
            "is_mine": comment.is_of(request.user),
            "may_change": comment.is_of(request.user) and comment.may_still_change,
        }
        for comment in review_queries.comments_of(package)
    ]
    role = request.membership.role if request.membership else None
    return {
        "comments": comments,
        "deleted_comments": review_queries.deleted_comments(package, request.user),
        "comment_form": form or CommentForm(),
        "may_comment": may(role, Permission.COMMENT),
    }

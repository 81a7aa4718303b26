"""Comments under a package: written, changed, settled, deleted, brought back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.conflicts import Comparison, conflict_page, merged, parts_of, texts_of, unsealed
from accounts.once import once
from accounts.permissions import Permission, needs
from accounts.refusals import ActionRefused, StaleEdit
from accounts.requests import SiteRequest
from calculator import comment_actions, review_queries
from calculator.comment_context import comments_context
from calculator.models import Comment, Package
from calculator.package_views import package_or_404
from calculator.review_forms import ChangeCommentForm, CommentForm


def comment_or_404(request: SiteRequest, comment_id: UUID, *, deleted: bool = False) -> Comment:
    try:
        return review_queries.find_comment(
            organisation=request.organisation, comment_id=comment_id, deleted=deleted
        )
    except ObjectDoesNotExist:
        raise Http404 from None


def _back(package_id: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("calculator:comments", args=[package_id]))


@needs(Permission.READ, to_change=Permission.COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: SiteRequest, package_id: UUID) -> HttpResponse:
    """All comments on a package; posting adds one."""
    package = package_or_404(request, package_id)
    form = CommentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            once(request, lambda: _written(request, package, form.cleaned_data["text"]))
        except ActionRefused as refused:
            form.add_error("text", str(refused))
        else:
            return _back(package.pk)
    context = {
        "scheme": package.scheme,
        "stage": "packages",
        "package": package,
        **comments_context(request, package, form=form),
    }
    return render(request, "calculator/comments.html", context, status=422 if form.errors else 200)


def _written(request: SiteRequest, package: Package, text: str) -> str:
    return str(comment_actions.write_comment(package=package, user=request.user, text=text).pk)


@needs(Permission.COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def change_comment(request: SiteRequest, comment_id: UUID) -> HttpResponse:
    """Change one's own comment; when another window was first, both are shown."""
    comment = comment_or_404(request, comment_id)
    first = {"text": comment.text, "version": comment.version}
    saved = ChangeCommentForm(initial=first)
    chosen = merged(request.POST, parts=parts_of(saved.fields), theirs=texts_of(saved))
    form = ChangeCommentForm(chosen, initial=first) if request.method == "POST" else saved
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            comment_actions.change_comment(
                comment=comment,
                user=request.user,
                text=form.cleaned_data["text"],
                seen_version=form.cleaned_data["version"],
            )
        except StaleEdit:
            return _conflict(request, comment_or_404(request, comment_id), form)
        except ActionRefused as refused:
            refusal = str(refused)
        else:
            return _back(comment.package_id)
    else:
        refusal = _why_not(comment, request)
    context = {
        "scheme": comment.package.scheme,
        "stage": "packages",
        "package": comment.package,
        "comment": comment,
        "form": form,
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "calculator/change_comment.html", context, status=status)


def _conflict(request: SiteRequest, theirs: Comment, form: ChangeCommentForm) -> HttpResponse:
    saved = ChangeCommentForm(initial={"text": theirs.text})
    return conflict_page(
        request,
        row=theirs,
        name=_("Comment"),
        version=theirs.version,
        action=reverse("calculator:change_comment", args=[theirs.pk]),
        leave=reverse("calculator:comments", args=[theirs.package_id]),
        compared=Comparison(
            fields=saved.fields,
            parts=parts_of(saved.fields),
            mine={"text": form.cleaned_data["text"]},
            theirs=texts_of(saved),
            before=unsealed(form.cleaned_data["started"]),
        ),
        context={"scheme": theirs.package.scheme, "stage": "packages"},
    )


def _why_not(comment: Comment, request: SiteRequest) -> str:
    if not comment.is_of(request.user):
        return str(comment_actions.NotYours.message)
    return "" if comment.may_still_change else str(comment_actions.TooLate.message)


@needs(Permission.COMMENT)
@require_POST
def settle_comment(request: SiteRequest, comment_id: UUID) -> HttpResponse:
    comment = comment_or_404(request, comment_id)
    settled = request.POST.get("settled") == "1"
    comment_actions.settle_comment(comment=comment, user=request.user, settled=settled)
    return _back(comment.package_id)


@needs(Permission.COMMENT)
@require_POST
def delete_comment(request: SiteRequest, comment_id: UUID) -> HttpResponse:
    comment = comment_or_404(request, comment_id)
    try:
        comment_actions.delete_comment(comment=comment, user=request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return _back(comment.package_id)


@needs(Permission.COMMENT)
@require_POST
def restore_comment(request: SiteRequest, comment_id: UUID) -> HttpResponse:
    comment = comment_or_404(request, comment_id, deleted=True)
    try:
        comment_actions.restore_comment(comment=comment, user=request.user)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return _back(comment.package_id)

"""Comments on a package: written, changed for a quarter of an hour, settled, deleted, brought back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from accounts.refusals import StaleEdit
from calculator import comment_actions
from calculator.models import Comment
from tests.calculator.pages import words
from tests.calculator.reviewers import dossier_of
from tests.makers import client_of, every, make_member, make_organisation

pytestmark = pytest.mark.django_db


def at(name, row):
    return reverse(f"calculator:{name}", args=[row.pk])


@pytest.fixture
def author(client, package):
    user = make_member(package.organisation, role=Role.FIELD_STAFF)
    client.force_login(user)
    client.user = user
    return client


def write(package, user, text="Is 4.2 in 100 right?"):
    return comment_actions.write_comment(package=package, user=user, text=text)


def age(comment, **by):
    every(Comment).filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(**by))


def test_a_comment_stands_under_the_package_and_its_dossier(author, package):
    author.post(at("comments", package), {"text": "Is 4.2 in 100 right?"})
    comment = every(Comment).get()
    assert (comment.author, comment.package_version) == (author.user, package.version)
    for page in ("package", "dossier", "comments"):
        assert "Is 4.2 in 100 right?" in words(author.get(at(page, package)))
    assert AuditEntry.objects.of(package.organisation).filter(what="package.commented").count() == 1


def test_a_comment_is_text_never_markup(author, package):
    author.post(at("comments", package), {"text": "<script>alert(1)</script> & <b>bold</b>"})
    content = author.get(at("comments", package)).content.decode()
    assert "<script>alert(1)" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;bold" in content


@pytest.mark.parametrize("text", ["", "   \n "])
def test_an_empty_comment_is_refused_in_words(author, package, text):
    page = author.post(at("comments", package), {"text": text})
    assert page.status_code == 422
    assert "Write the comment first." in words(page)
    assert not every(Comment).exists()


def test_too_long_a_comment_is_refused_and_kept(author, package):
    page = author.post(at("comments", package), {"text": "x" * 2001})
    assert "at most 2000 characters" in words(page)
    assert "x" * 2001 in page.content.decode()


def test_its_author_changes_it_for_a_quarter_of_an_hour(author, package):
    comment = write(package, author.user)
    age(comment, minutes=14)
    posted = {"text": "Is 3.9 in 100 right?", "version": comment.version}
    assert "changed since" in words(author.post(at("change_comment", comment), posted, follow=True))
    age(comment, minutes=16)
    page = author.post(
        at("change_comment", comment), posted | {"version": comment.version + 1, "text": "Late"}
    )
    assert page.status_code == 409
    assert "can be changed for 15 minutes" in words(page)
    assert every(Comment).get().text == "Is 3.9 in 100 right?"
    assert ">Change<" not in author.get(at("comments", package)).content.decode()


def test_nobody_changes_or_deletes_somebody_elses(author, package):
    comment = write(package, make_member(package.organisation))
    assert "Only who wrote a comment" in words(author.get(at("change_comment", comment)))
    page = author.post(at("change_comment", comment), {"text": "Mine", "version": comment.version})
    assert page.status_code == 409
    page = author.post(at("delete_comment", comment), follow=True)
    assert "Only who wrote a comment" in words(page)
    comment.refresh_from_db()
    assert (comment.text, comment.deleted_at) == ("Is 4.2 in 100 right?", None)


def test_two_windows_of_one_author_do_not_overwrite_each_other_unseen(author, package):
    comment = write(package, author.user)
    seen = comment.version
    author.post(at("change_comment", comment), {"text": "First window", "version": seen})
    page = author.post(at("change_comment", comment), {"text": "Second window", "version": seen})
    assert page.status_code == 409
    assert "First window" in words(page)
    assert "Second window" in page.content.decode()
    assert every(Comment).get().text == "First window"
    with pytest.raises(StaleEdit):
        comment_actions.change_comment(comment=comment, user=author.user, text="x", seen_version=seen)


def test_anybody_settles_a_comment_and_opens_it_again(author, package):
    comment = write(package, make_member(package.organisation, role=Role.REVIEWER))
    assert dossier_of(package, open_comments=1).findings[-1].passed is False
    page = author.post(at("settle_comment", comment), {"settled": "1"}, follow=True)
    assert f"Settled by {author.user}" in words(page)
    author.post(at("settle_comment", comment), {"settled": "0"})
    comment.refresh_from_db()
    assert (comment.resolved_at, comment.resolved_by) == (None, None)


def test_a_deleted_comment_comes_back_within_thirty_days(author, package):
    comment = write(package, author.user)
    page = author.post(at("delete_comment", comment), follow=True)
    assert "Deleted: “Is 4.2 in 100 right?”" in words(page)
    assert "Bring it back" not in words(client_of(package.organisation).get(at("comments", package)))
    author.post(at("restore_comment", comment))
    assert every(Comment).get().deleted_at is None
    author.post(at("delete_comment", comment))
    every(Comment).update(deleted_at=timezone.now() - timedelta(days=31))
    assert author.post(at("restore_comment", comment)).status_code == 404


def test_another_organisation_reads_and_does_nothing(package):
    comment = write(package, make_member(package.organisation))
    stranger = client_of(make_organisation())
    assert stranger.get(at("comments", package)).status_code == 404
    assert stranger.post(at("comments", package), {"text": "x"}).status_code == 404
    assert stranger.get(at("change_comment", comment)).status_code == 404
    for name in ("change_comment", "settle_comment", "delete_comment", "restore_comment"):
        assert stranger.post(at(name, comment), {"text": "x", "version": 1}).status_code == 404, name
    assert every(Comment).get().text == "Is 4.2 in 100 right?"


def test_the_page_asks_the_database_equally_often_however_many_comments(author, package):
    def asked():
        with CaptureQueriesContext(connection) as found:
            author.get(at("comments", package))
        return len(found)

    write(package, author.user)
    asked()  # the first visit also writes the session
    one = asked()
    for number in range(5):
        write(package, make_member(package.organisation), text=f"Comment {number}")
    assert asked() == one


def test_the_database_refuses_a_comment_without_words(package):
    write(package, make_member(package.organisation))
    with pytest.raises(IntegrityError), transaction.atomic():
        every(Comment).update(text="")

"""Addresses that break with what somebody typed in their hands; for the tests of the log alone."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import connection
from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from accounts.permissions import open_to_all

handler400 = "cbhi_site.errors.bad_request"
handler500 = "cbhi_site.errors.server_error"


def unguarded(view):
    @open_to_all
    @login_not_required
    @csrf_exempt
    def answer(request, **_key):
        return view(request)

    return answer


def typed(request):
    return " ".join([*request.POST.values(), *request.GET.values()])


def as_number(request):
    int(typed(request))


def twice(request):
    """PostgreSQL's message repeats the whole row."""
    for _ in range(2):
        User.objects.create(username="twice", email=typed(request))


def in_sql(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(%s AS integer)", [typed(request)])


def caused(request):
    try:
        int(typed(request))
    except ValueError as problem:
        raise RuntimeError(f"cannot read {typed(request)}") from problem


def suspicious(request):
    raise SuspiciousOperation(f"odd: {typed(request)}")


def invalid(request):
    raise ValidationError(f"{typed(request)} is no number")


def many_fields(request):
    return HttpResponse(str(len(request.POST)))


BREAKS = (as_number, twice, in_sql, caused, suspicious, invalid)
urlpatterns = [
    *(path(f"breaks/{view.__name__}/<str:key>/", unguarded(view)) for view in BREAKS),
    path("fields/", unguarded(many_fields)),
    path("", include("cbhi_site.urls")),
]

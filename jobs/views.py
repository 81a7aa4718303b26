"""A job's progress in a few bytes, for anything that polls."""

from __future__ import annotations

import uuid

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, needs
from accounts.requests import SiteRequest
from jobs.actions import ring_stalled
from jobs.models import Job
from jobs.queries import progress


@needs(Permission.READ)
@never_cache
@require_safe
def status(request: SiteRequest, job_id: uuid.UUID) -> JsonResponse:
    job = get_object_or_404(Job.objects.of(request.organisation), pk=job_id)
    ring_stalled()
    found = progress(job=job)
    left = found.seconds_left
    return JsonResponse(
        {
            "status": found.status,
            "done": found.chunks_done,
            "of": found.chunk_count,
            "seconds_left": None if left is None else round(left),
        }
    )

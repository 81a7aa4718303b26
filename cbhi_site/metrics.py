"""Figures for monitoring, counted when they are asked for: queue, workers, backup; no name of anybody."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cbhi_site import server_state

# Where a scraper asks for nothing else, this is what it reads.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Server(Collector):
    """Asks the database, so that any number of web processes and machines give the same answer."""

    def collect(self) -> Iterator[Metric]:
        queue, workers = server_state.whole_queue(), server_state.workers()
        now = timezone.now()
        jobs = GaugeMetricFamily("cbhi_jobs", "Jobs that are not finished.", labels=["state"])
        jobs.add_metric(["waiting"], queue.waiting)
        jobs.add_metric(["running"], queue.running)
        jobs.add_metric(["needs_attention"], queue.needs_attention)
        yield jobs
        waited = (now - queue.oldest_at).total_seconds() if queue.oldest_at else 0.0
        yield GaugeMetricFamily(
            "cbhi_oldest_waiting_seconds", "How long the oldest waiting job has waited.", waited
        )
        yield GaugeMetricFamily(
            "cbhi_queue_stalled", "1 when work waits and nobody takes any.", int(queue.is_stalled)
        )
        yield CounterMetricFamily("cbhi_chunks_done", "Pieces of work done.", server_state.chunks_done())
        yield GaugeMetricFamily("cbhi_workers", "Workers in touch with the database.", workers.count)
        yield GaugeMetricFamily(
            "cbhi_worker_processes", "Pieces of work that can be done at a time.", workers.processes
        )
        backup = server_state.last_backup()
        if backup is not None:
            yield GaugeMetricFamily(
                "cbhi_last_backup_age_seconds",
                "Since the last backup was made.",
                (now - backup.made_at).total_seconds(),
            )
            yield GaugeMetricFamily("cbhi_last_backup_bytes", "Size of the last backup.", backup.bytes)


def text() -> bytes:
    registry = CollectorRegistry()
    registry.register(Server())
    return generate_latest(registry)

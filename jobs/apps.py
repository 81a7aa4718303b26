from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        """Read every app's `kinds` module, so that web and workers know the same kinds."""
        autodiscover_modules("kinds")

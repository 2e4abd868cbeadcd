from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    name = "engagements"
    verbose_name = "People and programs"  # what the admin shows of it

    def ready(self):
        from engagements import checks  # noqa: F401 - registers them

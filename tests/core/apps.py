from django.apps import AppConfig


class CoreTestsConfig(AppConfig):
    name = "tests.core"
    label = "core_tests"

    def ready(self) -> None:
        from tests.core.kinds import register_kinds

        register_kinds()

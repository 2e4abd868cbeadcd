"""`manage.py up`: web, worker and beat on this machine, from one terminal."""

import json
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from coaching import environment
from coaching.launcher import children, course, surroundings
from coaching.launcher.words import welcome


class Command(BaseCommand):
    help = "Starts the web server, a Celery worker and beat here; HOST, PORT, VAR_DIR and DEMO may be set."
    requires_system_checks = ()  # the child that prepares the database checks; twice would cost a second

    def add_arguments(self, parser):
        parser.add_argument(
            "--prepare", action="store_true", help="make the database ready, say how it is in JSON, start nothing"
        )

    def handle(self, *, prepare, **options):
        if prepare:
            from coaching.launcher.preparation import prepare as make_ready

            self.stdout.write(json.dumps(make_ready()))
            return
        try:
            self.start(environment.text("HOST", "127.0.0.1"), environment.number("PORT", 8000, 0, 65535))
        except (surroundings.NotPossible, course.Broken, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from None

    def start(self, host: str, port: int) -> None:
        """Looks whether it can be done, takes lock and port, then runs until told to stop."""
        surroundings.check_system()
        folder = Path(settings.VAR_DIR)
        surroundings.own_folder(folder)
        with surroundings.sole_use(folder) as lock, surroundings.listening_socket(host, port) as server:
            address = surroundings.address_of(server, host)
            surroundings.sign_lock(lock, address)
            surroundings.empty_broker(folder / "broker")
            children.hold_signals()
            if environment.flag("STOP_WITH_PARENT", False):
                children.end_with_parent()
            self.run(address, server, surroundings.embedded_environment(address, host))

    def run(self, address, server, env) -> None:
        """Prepares, starts, says so, waits; whatever happens, nothing is left running."""
        running: list[children.Child] = []
        try:
            ready = course.prepare_database(env, running)
            course.start_all(running, server.fileno(), {**env, "DEMO": "1" if ready["demo"] else "0"})
            course.wait_for_web(address, running)
            self.say(welcome(address, ready))
            course.wait_for_stop(running)
        except course.Stopped:
            self.say("Stopping …")
        finally:
            children.stop(running)
        self.say("Stopped.")

    def say(self, text: str) -> None:
        """To the terminal, at once."""
        self.stdout.write(text)
        self.stdout.flush()

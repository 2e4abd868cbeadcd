#!/usr/bin/env python
"""Django's command line for Point of Trust."""

import os
import sys


def main():
    if sys.version_info < (3, 11):  # noqa: UP036 - somebody may type an older python3 by hand
        sys.exit(f"Point of Trust needs Python 3.11 or later, and this is {sys.version.split()[0]}. Run: make setup")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        sys.exit("Django is not installed for this Python. Run: make setup, then .venv/bin/python manage.py …")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Wrong setting: {error}")


if __name__ == "__main__":
    main()

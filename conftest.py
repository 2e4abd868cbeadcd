"""What all tests share."""

pytest_plugins = ["coaching.tests.cast"]

"""How the web server writes its log."""

from gunicorn import glogging

from coaching.logs import WithoutKeys, WithoutWords

_WITHOUT_KEYS = WithoutKeys()


class WebLog(glogging.Logger):
    """Gunicorn's own log; neither the keys of personal links nor the texts of errors are in it."""

    def setup(self, cfg):
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.addFilter(_WITHOUT_KEYS)
        for handler in self.error_log.handlers:
            handler.setFormatter(WithoutWords(self.error_fmt, self.datefmt))

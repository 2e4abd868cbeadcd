"""How the web server writes its log."""

from gunicorn import glogging

from coaching.logs import WithoutKeys

_WITHOUT_KEYS = WithoutKeys()


class WebLog(glogging.Logger):
    """Gunicorn's own log; the keys of personal links are not in it."""

    def setup(self, cfg):
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.addFilter(_WITHOUT_KEYS)

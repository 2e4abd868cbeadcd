"""Files that a coach takes away. Made per download, kept nowhere."""

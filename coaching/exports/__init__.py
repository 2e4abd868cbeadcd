"""Files that leave the portfolio."""

"""How fast the product is, measured with itself as the yardstick; see docs/performance.md."""

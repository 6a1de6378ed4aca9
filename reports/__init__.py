"""Evidence in, pages and verdicts out."""

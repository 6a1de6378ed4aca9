"""Contract 2: what a signature is, and what is none."""

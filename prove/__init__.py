"""The proof of the suite: it is tried on targets with one planted bug, and on targets that are right in odd ways."""

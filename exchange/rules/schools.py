"""Rights of a school's own people."""

from django.dispatch import Signal

# A current member of an alliance turned closed in the register (school=). Sent inside the import's
# transaction: schools knows nobody, so whoever tells people listens here.
school_closed = Signal()

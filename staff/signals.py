"""What happens to people, for whoever tells others: staff knows nobody above it.

Sent inside the transaction of the act, so that mail goes if and only if it was done.
"""

from django.dispatch import Signal

leader_nominated = Signal()  # leader=; school=, which nominated


nomination_declined = Signal()  # leader=; reason=

leader_designated = Signal()  # leader=
leader_suspended = Signal()  # leader=; by=
designation_ended = Signal()  # leader=; by=
handed_over = Signal()  # role=, the delegate's

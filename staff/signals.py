"""What happens to people, for whoever tells others: staff knows nobody above it.

Sent inside the transaction of the act, so that mail goes if and only if it was done.
"""

from django.dispatch import Signal

leader_nominated = Signal()  # event=, the LeaderEvent; school=, which nominated
leader_designated = Signal()  # event=
leader_suspended = Signal()  # event=
designation_ended = Signal()  # event=; event.old tells a declined nomination from the end of a designation
handed_over = Signal()  # role=, the delegate's

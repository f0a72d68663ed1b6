"""What is going on today, so that something waits for everybody. See Story for what `asked` brings."""

from .days import BRINK
from .story import Story

# The two heads whose accounts are shown: each has the four things a head can be waited for.
HEADS = [
    Story("ottersley", "Mathematics", "1 1 1", "elsworthy", asked=4),
    Story("ottersley", "English", "1 1 0.5", "orchardson", asked=21),
    Story("ottersley", "Science", "1 1", "bramhurst", asked=3, twist="question"),
    Story("ottersley", "Art", "0.5 0.5", "wainscott", asked=25),
    Story("ottersley", "Attendance", "1 0.5", "pellingham", asked=2, until="draft"),
    Story("hexcombe", "English", "1 1", "arkwell", asked=4),
    Story("hexcombe", "Special educational needs", "1 1 0.75", "quarrington", asked=21),
    Story("hexcombe", "Music", "1 0.5", "ashmantle", asked=3, twist="question"),
    Story("hexcombe", "Phonics", "0.5 1", "kingsbourne", asked=25),
]

# The leaders whose accounts are shown: an offer above or here, a visit to log and the next one.
LEADERS = [
    Story("pellbrook", "Mathematics", "1 1 1", "elsworthy", asked=19),
    Story("pellbrook", "Phonics", "1 0.5", "kingsbourne", asked=4),
    Story("inglemoor", "Phonics", "1 1 0.5", "kingsbourne", asked=19),
    Story("pinnockshaw", "Support for the most able", "1 0.5", "farrowdene", asked=4),
    Story("copperley", "Mathematics", "1 1 0.5", "farrowdene", asked=19),
]

# The two coordinators: not looked at, nobody found, about to lapse, disputed, a concern.
LARKMERE = [
    Story("dunmarsh", "Behaviour and discipline", "1 1", "rosslake", asked=0, kind="urgent", urgency="urgent"),
    Story("zealby", "Geography", "1 1", "gathercole", asked=1),
    Story("sallowfield", "Modern foreign languages", "1 1 1", "dravidge", asked=9, until="triage"),
    Story("fennock", "Special educational needs", "1 1 1", "zellwood", asked=6, until="triage", urgency="whenever"),
    Story("wickerfold", "Behaviour and discipline", "1 1", "fairbeck", asked=BRINK, until="offer"),
    Story("foxhallow", "ICT and computing", "1", "tolland", asked=17, twist="dispute"),
    Story("caddowby", "History", "1 1", "gathercole", asked=30, rating=2),
]
STONNERFORD = [
    Story("hallowick", "Science", "1 1", "jarroway", asked=1),
    Story("tolverby", "Music", "1 0.5", "goldhawke", asked=8, until="triage"),
    Story("wendlecote", "Phonics", "1 1", "inglethorpe", asked=BRINK, until="offer"),
    Story("mistlebrook", "Special educational needs", "1", "kellerby", asked=17, twist="dispute"),
    Story("pinnockshaw", "Behaviour and discipline", "0.5 0.5", "larkspurn", asked=30, rating=2),
]

# The rest of a working week.
UNDER_WAY = [
    Story("thistlecombe", "Closing the gap", "1 1", "lathbury", asked=4),
    Story("thistlecombe", "Mathematics", "1 1 1", "nantglyn", asked=21),
    Story("lintwick", "Early years", "0.75 0.75", "yelverby", asked=6),
    Story("jessamy", "Phonics", "1 1", "orchardson", asked=17),
    Story("tarnwick", "Leadership of curriculum", "1", "hollowell", asked=16, kind="diagnostic"),
    Story("oakenshale", "Science", "1 1", "vannersley", asked=28, twist="pause"),
    Story("vellacombe", "Mathematics", "1 1 1", "underlyng", asked=21, twist="vary"),
    Story("marlowend", "Closing the gap", "1", "lathbury", asked=24, kind="diagnostic", package=("pellingham", "1 1")),
    Story(
        "brindlow", "Leadership of CPD", "1 1 1", "hollowell", asked=15, kind="coaching", person="Miriam Oldercastle"
    ),
    Story("haverstone", "PE", "1 1", "adeyokun", asked=14, partner="thistlecombe", kind="peer", back="1 1"),
    Story("hexcombe", "Special educational needs", "1 1", "rosslake", asked=16, second=("zellwood", "1 1")),
    Story("inglemoor", "Drama", "1 1", "jessopwood", asked=8, urgency="whenever"),
    Story("zealby", "Phonics", "1 0.5", "orchardson", asked=26, twist="unanswered"),
    Story("hallowick", "Leadership of curriculum", "1 1", "hambleton", asked=22),
    Story("copperley", "Early years", "1 1", "moorcrofte", asked=16),
]

STORIES = [*HEADS, *LEADERS, *LARKMERE, *STONNERFORD, *UNDER_WAY]

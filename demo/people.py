"""The leaders, and who else signs in. Heads stand with their schools in places.py."""

from dataclasses import dataclass

PASSWORD = "a favour for a favour"  # noqa: S105  the same for every account, only ever in the demonstration


LONG_CHECKED = 3 * 366 + 20  # days ago: the confirmation is to be renewed


@dataclass(frozen=True)
class Leader:
    """A system leader. The key is the last part of the name, in lower case."""

    name: str
    type: str
    home: str
    specialisms: tuple
    status: str = "active"
    checked: int | None = 250  # days ago the home school confirmed the safeguarding checks
    review_in: int = 400  # days from today to the review of the designation
    about: str = ""

    @property
    def key(self):
        return self.name.split()[-1].lower()


@dataclass(frozen=True)
class Helper:
    """Somebody with a sign-in who neither heads a school nor leads: role, school or alliance, rights."""

    key: str
    name: str
    role: str
    post: str
    school: str = ""
    alliance: str = ""
    rights: tuple = ()


LEADERS = [
    Leader("Tamsin Arkwell", "SLE", "larkmere", ("English", "Assessment")),
    Leader("Joel Bramhurst", "SLE", "larkmere", ("Science", "Support for the most able")),
    Leader(
        "Priya Chandrasel",
        "SLE",
        "larkmere",
        ("Initial teacher training and early career teachers", "Leadership of CPD"),
    ),
    Leader("Owen Dravidge", "LP", "larkmere", ("Modern foreign languages",)),
    Leader(
        "Nadia Elsworthy",
        "SLE",
        "hexcombe",
        ("Mathematics", "Assessment"),
        about="Fractions, reasoning and times tables, from year 2 to GCSE. I plan and teach alongside you.",
    ),
    Leader("Callum Fairbeck", "SLE", "hexcombe", ("Behaviour and discipline", "Attendance")),
    Leader("Grace Gathercole", "SLE", "hexcombe", ("Geography", "History"), checked=LONG_CHECKED),
    Leader("Marcus Hollowell", "NLE", "ravelstoke", ("Leadership of curriculum", "Academies and academy transition")),
    Leader("Ines Ibbotsley", "SLE", "ravelstoke", ("Design and technology", "ICT and computing")),
    Leader("Theo Jessopwood", "SLE", "ravelstoke", ("Drama", "Music")),
    Leader("Ruth Kingsbourne", "SLE", "ottersley", ("Phonics", "Early years")),
    Leader("Samir Lathbury", "LLE", "quillby", ("Leadership of CPD", "Closing the gap")),
    Leader("Harriet Maplethorn", "SLE", "quillby", ("RE", "PSHE"), review_in=25),
    Leader("Femi Adeyokun", "SLE", "thistlecombe", ("PE", "PSHE")),
    Leader("Bronwen Nantglyn", "SLE", "brindlow", ("Mathematics", "Closing the gap")),
    Leader("Leo Orchardson", "SLE", "brindlow", ("English", "Phonics")),
    Leader("Yasmin Pellingham", "SLE", "foxhallow", ("Closing the gap", "Attendance"), review_in=80),
    Leader("Duncan Quarrington", "SLE", "haverstone", ("Special educational needs",)),
    Leader("Mei Rosslake", "SLE", "haverstone", ("Special educational needs", "Behaviour and discipline")),
    Leader("Patrick Sallowby", "SLE", "inglemoor", ("School business and financial management",)),
    Leader("Zara Tolland", "SLE", "inglemoor", ("ICT and computing", "Mathematics")),
    Leader("Edith Underlyng", "SLE", "kestlebeck", ("Mathematics", "Assessment")),
    Leader("Kofi Vannersley", "SLE", "kestlebeck", ("Science",)),
    Leader("Beth Wainscott", "SLE", "pellbrook", ("Art", "History")),
    Leader("Aidan Yelverby", "SLE", "vellacombe", ("Early years", "English")),
    Leader("Lorna Zellwood", "LLE", "yarrowmead", ("Special educational needs", "Leadership of CPD")),
    Leader("Hugo Ashmantle", "SLE", "tarnwick", ("Music", "Geography"), checked=LONG_CHECKED),
    Leader("Clara Birchmore", "SLE", "zealby", ("Phonics",), checked=None),
    Leader("Ravi Coldstane", "NLG", "dunmarsh", ("Academies and academy transition",)),
    Leader("Faye Dunnockby", "SLE", "oakenshale", ("Early years",), status="suspended"),
    Leader("Gwen Ellersley", "SLE", "fennock", ("Early years",), status="nominated", checked=None),
    Leader(
        "Alec Farrowdene",
        "SLE",
        "stonnerford",
        ("Mathematics", "Support for the most able"),
        about="Mathematics across the move from primary to secondary school.",
    ),
    Leader("Bea Goldhawke", "SLE", "stonnerford", ("English", "Drama")),
    Leader("Cyrus Hambleton", "LLE", "copperley", ("Leadership of curriculum", "Leadership of CPD")),
    Leader("Dilys Inglethorpe", "SLE", "hallowick", ("Phonics", "Early years")),
    Leader("Ewan Jarroway", "SLE", "pinnockshaw", ("Science", "ICT and computing")),
    Leader("Fatima Kellerby", "SLE", "tolverby", ("Special educational needs",)),
    Leader("Gil Larkspurn", "SLE", "wendlecote", ("Behaviour and discipline", "PE")),
    Leader("Hetty Moorcrofte", "SLE", "mistlebrook", ("Early years",)),
]

EVERY_RIGHT = ("ask", "agree", "release", "confirm", "evaluate")
HELPERS = [
    Helper(
        "business.ottersley",
        "Denise Copplestone",
        "business_manager",
        "business_manager",
        school="ottersley",
        rights=("release", "confirm"),
    ),
    Helper("business.larkmere", "Terence Bellwether", "business_manager", "business_manager", school="larkmere"),
    Helper("business.hexcombe", "Sunita Marchbank", "business_manager", "business_manager", school="hexcombe"),
    Helper("business.kestlebeck", "Ralph Dewhirst", "business_manager", "business_manager", school="kestlebeck"),
    Helper("business.stonnerford", "Olive Pargetter", "business_manager", "business_manager", school="stonnerford"),
    Helper("deputy.thistlecombe", "Ingrid Sowerby", "delegate", "deputy", school="thistlecombe", rights=EVERY_RIGHT),
    Helper("coordinator.larkmere", "Frances Whitlock", "coordinator", "deputy", "larkmere", "larkmere"),
    Helper("second.coordinator.larkmere", "Dev Summerhayes", "coordinator", "", alliance="larkmere"),
    Helper("coordinator.stonnerford", "Margery Tilbrook", "coordinator", "deputy", "stonnerford", "stonnerford"),
    Helper("steering.larkmere", "Bernard Oxenham", "steering", "governor", "hexcombe", "larkmere"),
    Helper("auditor.larkmere", "Philippa Yarborough", "auditor", "", alliance="larkmere"),
]

# The accounts that are shown: role, address before the @, school, alliance. Everybody signs in with PASSWORD.
ACCOUNTS = [
    ("headteacher", "head.ottersley", "ottersley", "larkmere"),
    ("headteacher", "head.hexcombe", "hexcombe", "larkmere"),
    ("business_manager", "business.ottersley", "ottersley", "larkmere"),
    ("leader", "nadia.elsworthy", "hexcombe", "larkmere"),
    ("leader", "ruth.kingsbourne", "ottersley", "larkmere"),
    ("leader", "alec.farrowdene", "stonnerford", "stonnerford"),
    ("coordinator", "coordinator.larkmere", None, "larkmere"),
    ("coordinator", "coordinator.stonnerford", None, "stonnerford"),
    ("delegate", "deputy.thistlecombe", "thistlecombe", "larkmere"),
    ("executive_headteacher", "head.lintwick", "lintwick", "larkmere"),
    ("headteacher_and_leader", "head.ravelstoke", "ravelstoke", "larkmere"),
    ("headteacher_outside", "head.farholme", "farholme", None),
    ("steering", "steering.larkmere", None, "larkmere"),
    ("auditor", "auditor.larkmere", None, "larkmere"),
    ("superuser", "admin", None, None),
]

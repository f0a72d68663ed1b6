"""Rows every installation needs. Planted after each migrate, because a flush takes them away."""

from .models import LeaderType, Specialism

LEADER_TYPES = [
    ("SLE", "Specialist leader of education"),
    ("LLE", "Local leader of education"),
    ("NLE", "National leader of education"),
    ("NLG", "National leader of governance"),
    ("LP", "Leading practitioner"),
]
SPECIALISMS = {
    "Leadership and management": [
        "Academies and academy transition",
        "Assessment",
        "Leadership of CPD",
        "School business and financial management",
        "Leadership of curriculum",
    ],
    "Pupil achievement": [
        "Art",
        "Closing the gap",
        "Drama",
        "Design and technology",
        "Early years",
        "English",
        "Geography",
        "History",
        "ICT and computing",
        "Mathematics",
        "Modern foreign languages",
        "Music",
        "Phonics",
        "PE",
        "PSHE",
        "RE",
        "Science",
        "Special educational needs",
        "Support for the most able",
    ],
    "Quality of teaching": ["Initial teacher training and early career teachers"],
    "Behaviour and safety": ["Behaviour and discipline", "Attendance"],
}


def plant(using="default", **kwargs):
    """Only into empty tables: what a coordinator renamed or took out stays so."""
    if not LeaderType.objects.using(using).exists():
        LeaderType.objects.using(using).bulk_create([LeaderType(code=code, name=name) for code, name in LEADER_TYPES])
    if not Specialism.objects.using(using).exists():
        Specialism.objects.using(using).bulk_create(
            [Specialism(group=group, name=name) for group, names in SPECIALISMS.items() for name in names]
        )

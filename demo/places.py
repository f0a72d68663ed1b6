"""The alliances and their schools. URNs above 900000 are none of DfE's, and no place is a real one."""

from dataclasses import dataclass

FIRST_URN = 900101


@dataclass(frozen=True)
class Place:
    """A school. Easting and northing in metres; the county is about 40 km wide."""

    key: str
    name: str
    phase: str
    type: str
    pupils: int
    easting: int
    northing: int
    head: str
    joined: int = -3  # the academic year of joining, counted from the running one


@dataclass(frozen=True)
class Bank:
    """An alliance, its policy and its tariff. Days in hundredths of a day, money in pence."""

    key: str
    name: str
    colour: str
    is_open: bool
    lead: str
    levy_percent: int
    members: tuple
    day_rate: int
    brokerage_percent: int
    brokerage_inside: bool
    how_to_pay: str


PRIMARY, SECONDARY, NURSERY, ALL_THROUGH = "Primary", "Secondary", "Nursery", "All-through"
MIDDLE, SIXTH_FORM, NONE = "Middle deemed secondary", "16 plus", "Not applicable"
COMMUNITY, ACADEMY, CHURCH = "Community school", "Academy converter", "Voluntary aided school"
SPECIAL, NURSERY_SCHOOL = "Community special school", "Local authority nursery school"
AP, COLLEGE = "Academy alternative provision converter", "Academy 16-19 converter"

PLACES = [
    Place("larkmere", "Larkmere High School", SECONDARY, ACADEMY, 1180, 358230, 253410, "Helena Strickwell"),
    Place("ottersley", "Ottersley Primary School", PRIMARY, COMMUNITY, 412, 368103, 259899, "Rosalind Ambleworth"),
    Place("quillby", "Quillby Church of England Primary", PRIMARY, CHURCH, 204, 353783, 238620, "Samir Lathbury"),
    Place("thistlecombe", "Thistlecombe Primary School", PRIMARY, COMMUNITY, 318, 346747, 260031, "Peter Wraxford"),
    Place("fennock", "Fennock Nursery School", NURSERY, NURSERY_SCHOOL, 96, 360469, 241273, "Josie Talworth"),
    Place("hexcombe", "Hexcombe Academy", SECONDARY, ACADEMY, 942, 353701, 273427, "Adrian Skelbrook"),
    Place("brindlow", "Brindlow Primary School", PRIMARY, ACADEMY, 388, 361835, 245398, "Miriam Oldercastle"),
    Place("caddowby", "Caddowby Junior School", PRIMARY, COMMUNITY, 256, 341226, 247021, "Neil Hathersmith"),
    Place("foxhallow", "Foxhallow Primary Academy", PRIMARY, ACADEMY, 420, 368686, 268026, "Dorothea Pinnegar"),
    Place("haverstone", "Haverstone School", NONE, SPECIAL, 118, 349418, 249508, "Winston Abelard"),
    Place("inglemoor", "Inglemoor School", ALL_THROUGH, ACADEMY, 1320, 341176, 270790, "Catrin Lloydhouse"),
    Place("kestlebeck", "Kestlebeck Primary School", PRIMARY, COMMUNITY, 402, 369870, 251260, "Oliver Trevanthen"),
    Place("lintwick", "Lintwick Infant School", PRIMARY, COMMUNITY, 180, 362446, 255274, "Marguerite Holmarsh"),
    Place("oakenshale", "Oakenshale Primary School", PRIMARY, COMMUNITY, 211, 364613, 266195, "Toby Fernihough"),
    Place("pellbrook", "Pellbrook Primary School", PRIMARY, ACADEMY, 297, 342663, 253126, "Anjali Devenport"),
    Place("ravelstoke", "Ravelstoke School", SECONDARY, ACADEMY, 1046, 347693, 264816, "Marcus Hollowell"),
    Place("sallowfield", "Sallowfield Primary School", PRIMARY, COMMUNITY, 176, 365833, 271391, "Bridget Nunnerly"),
    Place("tarnwick", "Tarnwick Middle School", MIDDLE, COMMUNITY, 468, 343717, 241640, "Stephen Ockleford"),
    Place("vellacombe", "Vellacombe Primary School", PRIMARY, CHURCH, 148, 347950, 236661, "Eluned Parryman"),
    Place("yarrowmead", "Yarrowmead School", NONE, SPECIAL, 84, 365204, 248562, "Lorna Zellwood"),
    Place("zealby", "Zealby Primary School", PRIMARY, COMMUNITY, 233, 356193, 263093, "Conrad Silverthwaite"),
    Place("dunmarsh", "Dunmarsh Sixth Form College", SIXTH_FORM, COLLEGE, 760, 368924, 236754, "Isobel Ravenhurst"),
    Place("marlowend", "Marlowend Primary School", PRIMARY, ACADEMY, 365, 366127, 243189, "Kwame Boatworth"),
    Place("wickerfold", "Wickerfold Academy", NONE, AP, 62, 358800, 257860, "Shona Mackelvie", joined=-1),
    Place("jessamy", "Jessamy Lane Primary School", PRIMARY, COMMUNITY, 158, 351605, 269077, "Marguerite Holmarsh"),
    Place("stonnerford", "Stonnerford Academy", SECONDARY, ACADEMY, 886, 374562, 240760, "Julian Brackenbury"),
    Place("copperley", "Copperley Primary School", PRIMARY, COMMUNITY, 305, 378824, 263229, "Cyrus Hambleton"),
    Place("hallowick", "Hallowick Primary School", PRIMARY, CHURCH, 199, 377662, 257673, "Audrey Winterslow"),
    Place("mistlebrook", "Mistlebrook Nursery School", NURSERY, NURSERY_SCHOOL, 74, 378559, 247025, "Tess Harkaway"),
    Place("pinnockshaw", "Pinnockshaw Primary School", PRIMARY, ACADEMY, 342, 381151, 253818, "Gareth Pummeroy"),
    Place("tolverby", "Tolverby School", NONE, SPECIAL, 101, 377596, 273725, "Naomi Castlegate"),
    Place("wendlecote", "Wendlecote Primary School", PRIMARY, COMMUNITY, 226, 381282, 271701, "Alistair Greenhow"),
    Place("farholme", "Farholme Primary School", PRIMARY, COMMUNITY, 240, 339210, 283456, "Yvonne Tidewell"),
]
# Members, in the order of the places; the last place belongs to neither and pays in money.
OF_LARKMERE, OF_STONNERFORD = PLACES[:25], PLACES[25:32]

BANKS = [
    Bank(
        "larkmere",
        "Larkmere Teaching School Alliance",
        "green",
        True,
        "larkmere",
        10,
        tuple(place.key for place in OF_LARKMERE),
        day_rate=35000,
        brokerage_percent=15,
        brokerage_inside=True,
        how_to_pay="By bank transfer within 30 days to Larkmere Teaching School Alliance,\n"
        "sort code 00-00-00, account 00000001 (fictional). Please quote the number of the charge.",
    ),
    Bank(
        "stonnerford",
        "Stonnerford Schools Partnership",
        "plum",
        False,
        "stonnerford",
        5,
        ("kestlebeck", *(place.key for place in OF_STONNERFORD)),
        day_rate=42000,
        brokerage_percent=15,
        brokerage_inside=False,
        how_to_pay="By bank transfer within 30 days to Stonnerford Schools Partnership,\n"
        "sort code 00-00-00, account 00000002 (fictional). Please quote the number of the charge.",
    ),
]
TRADE_CAP = 1000  # hundredths of a day that either alliance may owe the other

"""What is asked for and written down, by specialism."""

# Specialism: what is needed, what is to be different, what the leader is to do.
NEEDS = {
    "Academies and academy transition": (
        "Governors want a clear view of what joining a trust would mean.",
        "Governors decide with the facts in front of them",
        "Take governors through the steps, the risks and the questions to ask",
    ),
    "Assessment": (
        "Teachers' judgements differ from class to class.",
        "Judgements agree across classes",
        "Moderate books together and set up a simple cycle",
    ),
    "Leadership of CPD": (
        "Training days are liked, and change little in lessons.",
        "Each training day leads to something seen in lessons",
        "Plan the year's training with the senior team and follow it into classrooms",
    ),
    "School business and financial management": (
        "The three-year budget does not balance.",
        "A budget that governors can sign",
        "Go through staffing and contracts with the business manager",
    ),
    "Leadership of curriculum": (
        "Subjects are planned well, each on its own.",
        "Knowledge builds from year to year in every subject",
        "Coach subject leaders in mapping what comes when",
    ),
    "Art": (
        "Pupils draw the same things in year 2 and year 6.",
        "Skills grow from year to year",
        "Plan a sequence of drawing and model two lessons",
    ),
    "Closing the gap": (
        "Disadvantaged pupils make less progress in reading.",
        "The gap in reading is smaller in every year",
        "Review how the pupil premium is spent and coach the leader for it",
    ),
    "Drama": (
        "Few teachers use drama, and the hall stands empty.",
        "Drama is used in English in every class",
        "Teach alongside three teachers",
    ),
    "Design and technology": (
        "Projects end with a model, and little is learnt on the way.",
        "Pupils can say why their design works",
        "Rework two projects with the subject leader",
    ),
    "Early years": (
        "The outdoor area is little used for learning.",
        "Learning goes on outdoors every day",
        "Plan the areas with the team and model how adults join in",
    ),
    "English": (
        "Writing is long and loose in years 5 and 6.",
        "Pupils edit with purpose",
        "Jointly plan a unit, model editing and look at books together",
    ),
    "Geography": (
        "Fieldwork has lapsed.",
        "Every year group does fieldwork",
        "Plan a local study for each year with the subject leader",
    ),
    "History": (
        "Pupils remember topics and cannot put them in order.",
        "Pupils place what they know in time",
        "Build a line of enquiry through each unit",
    ),
    "ICT and computing": (
        "Programming stops after year 4.",
        "Programming is taught in every year",
        "Teach alongside teachers of years 5 and 6",
    ),
    "Mathematics": (
        "Fractions are not secure in years 4 and 5.",
        "Fractions are taught with confidence",
        "Plan together, model lessons and coach the subject leader",
    ),
    "Modern foreign languages": (
        "Pupils say a lot and write very little.",
        "Pupils write short texts from memory",
        "Share a scheme and model how writing is built up",
    ),
    "Music": (
        "Singing is strong, and nobody composes.",
        "Every class composes each term",
        "Lead a workshop and coach two teachers",
    ),
    "Phonics": (
        "Results of the check fell, and practice differs from group to group.",
        "Every group is taught in the same way",
        "Observe each group, model sessions and train the assistants",
    ),
    "PE": (
        "Lessons are active, and skills do not progress.",
        "Skills progress through the key stage",
        "Model games lessons and write a progression",
    ),
    "PSHE": (
        "The new scheme is on paper only.",
        "The scheme is taught in every class",
        "Train staff and teach two lessons alongside them",
    ),
    "RE": (
        "Teachers are unsure of faiths other than their own.",
        "Teachers answer pupils' questions with confidence",
        "Plan a unit together and visit a place of worship",
    ),
    "Science": (
        "Pupils enjoy practical work and cannot explain it.",
        "Pupils explain what they see",
        "Model an enquiry in each key stage and review planning",
    ),
    "Special educational needs": (
        "Plans for pupils with special needs are long, and little used.",
        "Plans are short and in use every day",
        "Rewrite six plans with the coordinator for special needs and watch them used",
    ),
    "Support for the most able": (
        "The most able pupils finish early and wait.",
        "Every lesson stretches those who are ready",
        "Plan deeper tasks with two departments",
    ),
    "Initial teacher training and early career teachers": (
        "Two early career teachers need more than their mentor has time for.",
        "Both teachers plan a week on their own",
        "Coach the teachers each fortnight, and their mentor too",
    ),
    "Behaviour and discipline": (
        "Corridors are loud and lessons start late.",
        "Lessons start on time and calmly",
        "Agree routines with staff, and coach those who ask for it",
    ),
    "Attendance": (
        "Absence has risen since last year.",
        "Absence is below five in a hundred",
        "Review how families are contacted, and by whom",
    ),
}

NOTES = [
    "Planned the next two weeks together and taught one lesson side by side.",
    "Looked at books from each class and agreed three things to change.",
    "Modelled a lesson, watched by four teachers, and talked it through after school.",
    "Coached the subject leader and went into two lessons with her.",
    "Led a staff meeting and left the materials with the school.",
    "Watched what was agreed last time in use, and praised what has changed.",
]
NEXT_STEPS = [
    "Try it in two classes before the next visit.",
    "Bring three books from each class next time.",
    "The subject leader shares it at the next staff meeting.",
    "Nothing more before the next visit.",
]
EVIDENCE = {
    5: "Books and lessons show it in every class. Teachers talk about it without being asked.",
    4: "Most classes show it. Two teachers want more practice.",
    3: "It has begun. The next term will tell whether it lasts.",
    2: "Little has changed so far. Visits were moved twice and the plan was not followed.",
}
GAINED = [
    "Two ideas that we now use at home as well.",
    "A colleague who has grown with the work.",
    "A good look at how another school does it.",
    "A friendship between two subject teams.",
]
MODES = ["Modelling, joint planning", "Coaching, one to one", "Group, facilitation", "Data analysis, coaching"]
DECLINED = {
    "capacity": "Examinations fall in the same weeks",
    "dates": "The school is on a residential visit then",
    "distance": "More than an hour each way",
    "release": "Two teachers are absent already",
    "specialism": "I have not worked with children of this age",
}
EXIT_PLAN = "The subject leader carries it on, with a meeting each half term."
CONTACT = ["The main office", "The deputy headteacher", "The school business manager"]

"""The rules of the invented run: those with findings, and some of every other status."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One rule with findings: ``weight`` decides how many, ``values`` how often each (None: no value)."""

    rule_id: str
    title: str
    table: str
    columns: str
    message: str
    expected: str
    fix: str
    weight: int
    values: dict[str | None, int]
    severity: str = "error"
    kind: str = "row"
    note: str = ""
    executable: str = "full"
    source: str = "The record must be sent in the form the state gives"
    section: str = "Student Course Assignment"
    school: int | None = None  # index of the only school that has it
    effective: str = ""


FAULTS = (
    Fault(
        "IL-SCA-021",
        "Course has no teacher",
        "student_course_assignment",
        "section_number",
        "No teacher is assigned to this section.",
        "a teacher course assignment for the same school, course, section",
        "Open the section in the student system and check that a teacher is attached for the whole term. Send the "
        "Teacher Course Assignment file first, then this file again.",
        34,
        {"ALG1-03": 5, "ENG9-01": 3, "BIO-02": 1},
        kind="cross",
        source="A Teacher Course Assignment must exist before",
        effective="2018-08-07 (added)",
        note="A teacher whose assignment ended before the student's course began does not count.",
    ),
    Fault(
        "IL-SCA-017",
        "Credit is not an allowed value",
        "student_course_assignment",
        "course_credit",
        "The credit is not one of the values the state accepts.",
        "one of 0.000, 0.250, 0.500, 1.000 ...",
        "Correct the credit on the course in the course catalogue, not on each student. Export again.",
        18,
        {"0.333": 5, "1.3": 2, "0.3": 1},
    ),
    Fault(
        "IL-ENR-006",
        "Enrolled in two districts at the same time",
        "enrollment",
        "enrollment_date;exit_date",
        "The student is enrolled in two home districts on the same days.",
        "enrollments that do not share a day",
        "Ask the other district to exit the student, or move your enrollment date behind that exit.",
        9,
        {"2018-08-20;": 3, "2018-08-22;2018-12-21": 1},
        kind="group",
        section="Enrollment",
        source="The system does not allow a student to be enrolled in",
        note="The later enrollment is reported. The day of exit and the day of entry are both full days.",
    ),
    Fault(
        "IL-ENR-017",
        "Grade does not fit the age",
        "enrollment",
        "entry_grade_level",
        "The student is too young or too old for the grade.",
        "an age that fits the grade",
        "Check the birth date against the birth certificate, then the grade.",
        4,
        {"01": 3, "14": 2, "12": 1},
        section="Enrollment",
    ),
    Fault(
        "IL-TCA-004",
        "Educator number is not known",
        "teacher_course_assignment",
        "educator_id",
        "The educator number is not in the state's list.",
        "an educator number (IEIN) of seven digits",
        "Look the educator up in the licensure system and correct the number.",
        3,
        {"0": 1},
        section="Teacher Course Assignment Entry",
        executable="partly: the state's educator list is not public",
    ),
    Fault(
        "IL-DISC-006",
        "Incident type is missing",
        "discipline",
        "incident_type_code",
        "The incident has no type.",
        "a code of the list incident_type_code",
        "Choose the type in the incident.",
        2,
        {None: 1},
        section="Student Discipline",
        school=1,
    ),
    Fault(
        "KEY-student",
        "Doubled or empty key",
        "student",
        "sid",
        "This student stands twice in the file.",
        "each student once",
        "Delete the second line.",
        1,
        {None: 1},
        section="Keys",
        source="primary key of the table",
    ),
    Fault(
        "FMT-DATE",
        "Not a date",
        "enrollment",
        "enrollment_date",
        "This is not a date.",
        "MM/DD/YYYY or YYYY-MM-DD",
        "Write the date as MM/DD/YYYY.",
        1,
        {"13/45/2018": 2, "yesterday": 1},
        section="",
        source="",
    ),
    Fault(
        "FMT-FIELDS",
        "Wrong number of fields",
        "enrollment",
        "",
        "The line has too many or too few fields: the row was rejected.",
        "37 fields",
        "Look for a comma or a line break inside a value.",
        1,
        {None: 1},
        section="",
        source="",
    ),
    Fault(
        "IL-HOME-005",
        "Address should be checked",
        "homeless",
        "nighttime_residence_code",
        "The residence code does not fit the program.",
        "a code that fits",
        "Check with the liaison.",
        3,
        {"09": 1},
        severity="warning",
        section="Homeless",
    ),
    Fault(
        "IL-SCA-030",
        "Course starts before the enrollment",
        "student_course_assignment",
        "course_start_date",
        "The course starts before the student is enrolled.",
        "a start on or after the enrollment date",
        "Correct the start of the course.",
        8,
        {"2018-08-15": 2, "2018-08-16": 1},
        severity="warning",
        kind="cross",
    ),
    Fault(
        "SA-GPA-001",
        "Unusual number of courses",
        "student_course_assignment",
        "sid",
        "More than 14 courses in one term.",
        "up to 14 courses",
        "Look whether courses were sent twice.",
        6,
        {None: 1},
        severity="info",
        section="",
        source="",
    ),
)

#: Rules without findings: id, title, status, population, undetermined, reason.
OTHER = (
    ("IL-ENR-001", "Home and serving school are filled", "passed", 6240, 0, ""),
    ("IL-ENR-002", "Enrollment date is not in the future", "passed", 6240, 3, ""),
    ("IL-SCA-002", "Course row has an enrollment", "passed", 98211, 0, ""),
    ("IL-504-001", "Plan dates are in order", "not_run", 0, 0, "not supplied: table plan_504"),
    ("IL-504-002", "Plan has a reason", "not_run", 0, 0, "not supplied: table plan_504"),
    ("IL-EXIT-012", "Exit was changed", "not_run", 0, 0, "no previous snapshot (--previous)"),
    ("IL-CARE-002", "Caregiver id is unique", "not_applicable", 0, 0, ""),
    ("IL-SCA-015", "Term of preschool courses", "reported_elsewhere", 0, 0, "IL-PSCA-014"),
    ("IL-GEN-001", "All records are judged alike", "not_executable", 0, 0, "process"),
    ("IL-ENR-040", "Removed in 2017", "retired", 0, 0, ""),
)

"""Student profiles of the Special Programs system."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, filled, name, row_rule, text, yes_no

SECTION = "Special Programs: missing IntegrationIDT / provisional ID"
#: D in front of the student id: the duplicate that is to be merged (the work list has it).
NOT_MARKED = ~pl.col("student_id").str.starts_with("D")
ACTIVE = pl.col("is_active") == "01"
EXEMPT = "Profiles marked with D in front of the student id wait for their merge, in the work list, and are left out."

TABLE = Table(
    "al_sp_profile",
    __doc__,
    key=("student_id",),
    columns={
        "student_id": text("D in front marks the duplicate that is to be merged."),
        "state_id": text("Alabama State ID."),
        "integration_idt": text("Null: not integrated with the SIS."),
        "provisional_id": text("Given before there is a State ID."),
        "legal_first_name": name(),
        "legal_last_name": name(),
        "birth_date": date(),
        "profile_source": code("al_profile_source"),
        "is_active": yes_no(),
        "reactivated": yes_no("Was inactive when it was migrated."),
        "sets_active": yes_no("Was active in SETS when it was migrated."),
        "no_show": yes_no("Did not come at the start of the school year."),
        "profile_created_date": date(),
    },
    references=(Reference(("state_id",), "al_sis_student", tested_by="AL-SP-015"),),
    student="student_id",
    rules=(
        row_rule(
            "AL-SP-002",
            "Profile added by hand is not integrated with the SIS",
            source=f'{SECTION} | If a student is manually "added" in Special Programs, the student',
            columns=("integration_idt",),
            when=(pl.col("profile_source") == "manual") & ACTIVE & NOT_MARKED,
            holds=filled("integration_idt"),
            message="The active profile was added by hand in Special Programs and has no IntegrationIDT.",
            expected="an IntegrationIDT",
            fix="Enroll the student in the SIS. Put D in front of the student id of this profile, import the student "
            "from the General Student Table and merge the two profiles.",
            note=EXEMPT,
        ),
        row_rule(
            "AL-SP-005",
            "Reactivated SETS profile is not integrated with the SIS",
            source=f"{SECTION} | If the student was included in the SETS migration of *inactive",
            columns=("integration_idt",),
            when=(pl.col("profile_source") == "sets_migration") & (pl.col("reactivated") == "01") & ACTIVE & NOT_MARKED,
            holds=filled("integration_idt"),
            message="The profile was migrated from SETS as inactive, was reactivated, and has no IntegrationIDT.",
            expected="an IntegrationIDT",
            fix="Put D in front of the student id of this profile, import the student from the General Student Table "
            "and merge the two profiles. If the student has not come back, set the profile to inactive.",
            note=EXEMPT,
        ),
        row_rule(
            "AL-SP-006",
            "No-show that was active in SETS is neither integrated nor inactive",
            source=f"{SECTION} | If a student was active in SETS but was a *No",
            columns=("integration_idt", "is_active"),
            when=(pl.col("sets_active") == "01") & (pl.col("no_show") == "01") & NOT_MARKED,
            holds=filled("integration_idt") | (pl.col("is_active") == "02"),
            message="The student was active in SETS and did not come this school year; the profile is still active and "
            "has no IntegrationIDT.",
            expected="an IntegrationIDT, or an inactive profile",
            fix="Set the profile to inactive. If the student came after all, enroll the student in the SIS, put D in "
            "front of the student id, import the student and merge the two profiles.",
            note="The sentence of the document is not complete; it is read as one more way to lack the id. " + EXEMPT,
        ),
    ),
)

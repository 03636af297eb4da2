"""Log of merged profiles."""

import polars as pl

from audit.rulebook import Reference, Table, date, filled, integer, must_be, row_rule, text, yes_no
from checks.alabama.tables.al_sp_profile import SECTION

TABLE = Table(
    "al_merge",
    __doc__,
    key=("source_student_id", "target_student_id"),
    columns={
        "source_student_id": text("The duplicate, with D in front."),
        "target_student_id": text("The profile imported from the SIS."),
        "merged_date": date(),
        "performed_by": text("User name."),
        "performed_role": text(),
        "merge_differences": yes_no("Whether the differences were merged."),
        "differences_open": integer("Differences that nobody has decided."),
        "saved": yes_no(),
        "refreshed_date": date(),
    },
    references=(Reference(("target_student_id",), "al_sp_profile", ("student_id",)),),
    student="target_student_id",
    rules=(
        row_rule(
            "AL-SP-019",
            "Merge was not done by the security administrator",
            source=f"{SECTION} | 1. Sign in as a security administrator in Special Programs using",
            severity="warning",
            columns=("performed_by", "performed_role"),
            holds={
                "performed_by": must_be("performed_by", "admin"),
                "performed_role": must_be("performed_role", "security_administrator"),
            },
            message="The profiles were merged by another account or in another role.",
            expected="account admin, role security_administrator",
            fix="Let the security administrator look through the merged profile; merge profiles from the admin account "
            "only.",
            note="The account may be named differently in an installation, so this is a warning. Passwords are never "
            "looked at.",
        ),
        row_rule(
            "AL-SP-021",
            "Differences were not merged",
            source=f"{SECTION} | 3. Click Merge Profiles. Make sure you Click here to Merge",
            columns=("merge_differences",),
            holds=must_be("merge_differences", "01"),
            message="The profiles were merged without merging their differences, or the log does not say so.",
            expected="Yes (01)",
            fix="Open the merge of the two profiles and choose to merge the differences; decide which data to keep.",
        ),
        row_rule(
            "AL-SP-022",
            "Differences were left undecided",
            source=f"{SECTION} | It is critical that you carefully review data to retain. Student",
            severity="warning",
            columns=("differences_open",),
            when=filled("differences_open"),
            holds=pl.col("differences_open") == 0,
            message="The merge left differences between the two profiles that nobody decided.",
            expected="0",
            fix="Open the merge and decide each difference: demographic data of the target, program history of the "
            "source.",
            note="Where the log does not count the differences, the merge is not judged.",
        ),
        row_rule(
            "AL-SP-025",
            "Merged profile was not saved",
            source=f"{SECTION} | 4. Save the record and refresh the profile, if you like,",
            columns=("saved",),
            holds=must_be("saved", "01"),
            message="The merged profile was not saved, or the log does not say so.",
            expected="Yes (01)",
            fix="Open the target profile and save it.",
        ),
    ),
)

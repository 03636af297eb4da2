"""Caregiver Demographic."""

import polars as pl

from audit.rulebook import Reference, Table, code, date, filled, must_be, name, rcdt, rcdts, row_rule, text

#: Code list caregiver_relationship.
RELATIONSHIPS = (
    "biological_mother",
    "biological_father",
    "adoptive_parent",
    "grandparent",
    "other_relative",
    "legal_guardian",
    "foster_parent",
    "other",
)

TABLE = Table(
    "caregiver",
    __doc__,
    key=("sid", "relationship_code"),
    columns={
        "sid": text("The child."),
        "home_rcdts": rcdts(),
        "relationship_code": code("caregiver_relationship"),
        "caregiver_sid": text("Optional."),
        "caregiver_last_name": name(),
        "caregiver_first_name": name(),
        "submitter_rcdt": rcdt("RCDT of the header line of the file the row came in (G6)."),
        "submitted_date": date("Day of the file the row came in."),
    },
    references=(
        Reference(("sid",), "birth_to_3"),
        Reference(("caregiver_sid",), "student", ("sid",), tested_by="IL-CARE-005"),
    ),
    key_tested_by="IL-CARE-002",
    rules=(
        row_rule(
            "IL-CARE-003",
            "Relationship is none of the eight",
            source="Caregiver Demographic | Only one of each record will be accepted (Biological Mother",
            columns=("relationship_code",),
            # codes of digits are the state's own, and their meaning is not published
            holds=pl.when(pl.col("relationship_code").str.contains(r"^\d+$"))
            .then(None)
            .otherwise(must_be("relationship_code", *RELATIONSHIPS)),
            message="The relationship of the caregiver is empty or none of the eight that are accepted.",
            expected="biological mother, biological father, adoptive parent, grandparent, other relative, legal "
            "guardian, foster parent or other",
            fix="Enter one of the eight relationships.",
            note="Codes that are all digits can't be told: the state does not say what they mean. Two grandparents or "
            "two other relatives can't both be stored.",
        ),
        row_rule(
            "IL-CARE-006",
            "Caregiver has the SID of the child",
            source="Caregiver Demographic | Caregiver SID cannot match SID of the 0-3 student",
            columns=("caregiver_sid",),
            when=filled("caregiver_sid"),
            holds=pl.col("caregiver_sid") != pl.col("sid"),
            message="The caregiver's SID is the SID of the child.",
            expected="another SID, or none",
            fix="Enter the caregiver's own SID, or leave it empty.",
        ),
    ),
)

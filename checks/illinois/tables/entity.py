"""Reference: schools and other entities."""

from audit.rulebook import Table, code, rcdts, text, yes_no

TABLE = Table(
    "entity",
    __doc__,
    key=("rcdts",),
    columns={
        "rcdts": rcdts(),
        "entity_name": text(),
        "entity_type": code("entity_type"),
        "is_cps": yes_no("Fallback: left 11 digits = 15016299025 (assumed code of Chicago SD 299)"),
    },
    reference_data=True,
)

"""Reference: column aliases (old and published names)."""

from audit.rulebook import Table, text

TABLE = Table(
    "data_element",
    __doc__,
    key=("element_name",),
    columns={
        "element_name": text(),
        "table_name": text(),
        "column_name": text(),
    },
    reference_data=True,
)

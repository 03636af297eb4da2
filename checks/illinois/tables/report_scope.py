"""Who the report is for."""

from audit.rulebook import Table, code, rcdts

TABLE = Table(
    "report_scope",
    __doc__,
    key=("viewer_rcdts", "viewer_role"),
    columns={
        "viewer_rcdts": rcdts("A code ending 0000 stands for all schools of its RCDT."),
        "viewer_role": code("viewer_role"),
    },
    reference_data=True,
)

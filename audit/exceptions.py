"""The exceptions table: its columns and the order of its rows. Light on imports, for pages and exports use it too."""

from __future__ import annotations

#: Columns of the exceptions table, in the order of the contract.
COLUMNS = (
    "rule_id", "severity", "table_name", "exception_key", "sid", "home_rcdts", "serving_rcdts", "file_name",
    "line_number", "column_name", "value", "expected", "message", "fingerprint", "state", "first_seen",
)  # fmt: skip
#: SQL for what tells a finding from all others, whatever its line and its values.
FINGERPRINT = "left(sha256(concat(rule_id, '|', table_name, '|', exception_key)), 32)"
#: How its rows are sorted, as bytes.
ORDER = "rule_id, exception_key, file_name, line_number"
#: Columns whose values repeat: a dictionary of them packs better, and is quicker to count by.
_REPEATING = frozenset(COLUMNS) - {"exception_key", "sid", "line_number", "fingerprint"}


def declared(packed: bool = False) -> str:
    """The columns for ``create table``. ``packed``: into a file."""
    kinds = {"line_number": "bigint"}
    if packed:
        kinds |= dict.fromkeys(_REPEATING, "varchar using compression dict_fsst")
    return ", ".join(f"{c} {kinds.get(c, 'varchar')}" for c in COLUMNS)

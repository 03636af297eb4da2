"""The tables and views of ``history.duckdb``.

A finding is known by its fingerprint. ``findings`` has one row for each time that a fingerprint was there without a
break: found in run ``from_run`` and in each run until it was gone in ``to_run`` (null: it stands). The same rule found
twice on records with one key is one fingerprint with two ``copies``; all numbers of ``counts`` are findings.

``counts`` adds up, for each run, rule and district: ``before`` = resolved + not_judged + open - shifted, and
``now`` = new + came_back + open. ``shifted``: how many more (or fewer) open findings there are here, because their
number of copies changed or they moved to another district; over all districts it is the copies alone.
"""

from __future__ import annotations

#: Raised when a change of these tables makes old workspaces unreadable.
FORMAT = 1

TABLES = {
    # whose findings these are: a workspace holds runs of one rulebook and one viewer
    "workspace": "format integer, rulebook varchar, viewer varchar, role varchar",
    "runs": (
        "run integer, as_of date, started varchar, program varchar, rulebook_version varchar, verdict varchar, "
        "exit_status integer, errors bigint, warnings bigint, infos bigint, waived bigint, records bigint, "
        "partial boolean, seconds double, out varchar"
    ),
    "run_inputs": (
        "run integer, path varchar, sha256 varchar, kind varchar, tables varchar, rows_read bigint, "
        "rows_rejected bigint, readable boolean"
    ),
    "run_rules": (
        "run integer, rule_id varchar, status varchar, population bigint, findings bigint, undetermined bigint"
    ),
    # rules that are not what they were in the run before: change is added, changed or removed
    "rule_changes": "run integer, rule_id varchar, change varchar",
    # what decides what each rule finds, in the last run
    "rule_digests": "rule_id varchar, digest varchar",
    "counts": (
        "run integer, rule_id varchar, severity varchar, rcdt varchar, before bigint, now bigint, new bigint, "
        "came_back bigint, open bigint, resolved bigint, not_judged bigint, shifted bigint, waived bigint"
    ),
    # latest: the last of a fingerprint's rows; unseen_since: run from which on its rule was not judged
    "findings": (
        "fingerprint uuid, latest boolean, from_run integer, to_run integer, unseen_since integer, first_seen date, "
        "copies integer, rule_id varchar, severity varchar, table_name varchar, exception_key varchar, sid varchar, "
        "home_rcdts varchar, serving_rcdts varchar, rcdt varchar, file_name varchar"
    ),
    # counts of tables, schools, columns and codes in the last whole run (``audit.macro``)
    "profile": "table_name varchar, place varchar, column_name varchar, code varchar, n bigint",
    # the evidence that a waiver was first held against
    "accepted": "waiver varchar, fingerprint uuid, evidence varchar",
}

#: Findings as people ask for them: one row a fingerprint, with the days of the runs.
HISTORY = """
create view history.main.history as
select replace(fingerprint::varchar, '-', '') as fingerprint, f.rule_id, f.severity, f.table_name, f.exception_key,
       f.sid, f.home_rcdts, f.serving_rcdts, f.rcdt, f.first_seen, seen.as_of as last_seen,
       case when to_run is not null then 'resolved'
            when from_run < (select max(run) from runs) then 'open'
            when n > 1 or first_seen < found.as_of then 'came_back' else 'new' end as state,
       gone.as_of as resolved_on, n as times
from findings f
join (select fingerprint, count(*) as n from findings group by 1) using (fingerprint)
left join runs found on found.run = from_run
left join runs gone on gone.run = to_run
left join runs seen on seen.run = coalesce(unseen_since, to_run, (select max(run) + 1 from runs)) - 1
where latest"""

#: Columns of ``findings`` that a row of ``exceptions`` gives.
OF_EXCEPTION = (
    "rule_id", "severity", "table_name", "exception_key", "sid", "home_rcdts", "serving_rcdts", "file_name",
)  # fmt: skip

#: The district of a finding: the home school's, else the serving school's, else none.
RCDT = "left(coalesce(nullif(home_rcdts, ''), nullif(serving_rcdts, ''), ''), 11)"

-- id: {id}
-- title: {Record} sent by a district that was not the student's home district
-- kind: cross
-- source: {source}
-- table: {table}
-- columns: submitter_rcdt
-- reads: {table}(sid, submitter_rcdt{sent}), enrollment(sid, home_rcdts, exit_date)
-- optional: submitted_date
-- message: The district that sent this {record} was not the home district of an enrollment of the student at the time.
-- expected: the district of a home school in which the student was enrolled then
-- fix: Let the student's home district send the {record}. If you are that district, send the enrollment first, or
--   correct its Home RCDTS or its dates.
-- note: The time is the day on which the row was sent, where the row itself says so; else, and for batch files, {time}.
--   Rows of former districts and years are right if they were right then. A row that does not say who sent it is not
--   judged; erroneous enrollments do not count.
select _row, from_home as holds
from record_sender
where source = '{table}'

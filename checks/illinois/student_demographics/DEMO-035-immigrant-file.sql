-- id: IL-DEMO-035
-- title: Immigrant student is not in the Immigrant file
-- severity: warning
-- kind: completeness
-- source: Student Demographics | Students identified as Immigrant should be uploaded using the Immigrant
-- effective: school year 2015 on; 2014-07-23
-- table: student
-- columns: immigrant_indicator
-- reads: student(sid, immigrant_indicator), immigrant(sid), enrollment(sid, exit_date)
-- message: The immigrant indicator of this enrolled student is Yes, but the student has no immigrant row.
-- expected: a row of the student in the Immigrant file
-- fix: Send the student in the Immigrant file; if the student is no immigrant, have the indicator set to 02.
-- executable: may over-report: indicators set before school year 2015 have no immigrant row
-- note: An immigrant row of any year and any district will do.
select _row, immigrant_known as holds
from immigrant_context
where active and immigrant_indicator = '01'

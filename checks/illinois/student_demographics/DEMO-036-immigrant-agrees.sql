-- id: IL-DEMO-036
-- title: Immigrant indicator differs from the Immigrant file
-- source: Student Demographics | will be uploaded according to what is entered for the Immigrant collection
-- effective: school year 2015 on; 2014-07-23
-- table: student
-- columns: immigrant_indicator
-- reads: student(sid, immigrant_indicator), immigrant(sid, school_year, eligible_immigrant_indicator)
-- message: The immigrant indicator of the student differs from the one in the student's latest immigrant row.
-- expected: the value of the latest immigrant row
-- fix: Correct the immigrant row if it is wrong and send it in the Immigrant file; else send the demographics file with
--   the value of that row.
-- note: The immigrant row of the greatest school year counts. An empty value on either side can't be compared.
select _row, immigrant_indicator = eligible_immigrant_indicator as holds
from immigrant_context
where immigrant_known

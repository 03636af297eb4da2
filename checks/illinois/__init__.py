"""Illinois: ISBE Student Information System, System Validations of 30 November 2018."""

PREFIX = "IL"
TITLE = "Illinois ISBE SIS, System Validations of November 30, 2018"

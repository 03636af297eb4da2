"""The same rows and the same 20 row rules, judged by sis-audit and by other programs."""

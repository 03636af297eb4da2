"""``python -m audit``: the same as the command ``sis-audit``."""

from audit.cli import main

main()

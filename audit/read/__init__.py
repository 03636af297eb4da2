"""Reading: files become typed tables, every line is accounted for, what can't be read is a finding."""

from audit.read.load import read_extract

__all__ = ["read_extract"]

"""The engine: reads extracts, runs a rulebook over them, writes findings. Knows no state and no rule."""

__version__ = "0.1.0"

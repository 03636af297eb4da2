"""Where SQL runs. DuckDB, embedded, is the only engine so far."""

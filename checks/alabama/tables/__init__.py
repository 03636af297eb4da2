"""One module per table: columns, key, references and row rules."""

"""Papers: what is set for printing, by typst."""

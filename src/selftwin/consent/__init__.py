"""Who may see what, for what, how finely: the gate decides, views read, the record remembers."""

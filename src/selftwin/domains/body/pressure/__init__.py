"""Blood pressure, and what the trials say moves it."""

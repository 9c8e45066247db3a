"""Watch over yourself: what to look out for, when to tell you, and whom to call where you do not answer."""

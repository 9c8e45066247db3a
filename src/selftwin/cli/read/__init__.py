"""Commands that tell what the twin knows."""

"""Trials on yourself: days with something and days without, drawn by chance, and what they show."""

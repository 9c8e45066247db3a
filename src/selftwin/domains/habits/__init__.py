"""Habits: what a person does, and what it does to them."""

"""Glucose: a body's engine, people drawn from populations, one person's own, and what is read off their curves."""

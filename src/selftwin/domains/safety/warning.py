"""Budgets, thresholds and episodes of the early warning: those of every daily score, `learn.alarms`."""

from selftwin.learn.alarms import (
    APART,
    MONTH,
    TRUSTED,
    Episode,
    Scored,
    episodes,
    personal,
    rate,
    threshold,
)

__all__ = ["APART", "MONTH", "TRUSTED", "Episode", "Scored", "episodes", "personal", "rate", "threshold"]

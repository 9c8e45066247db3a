"""What training does: load, fitness and fatigue, VO2 max, resting heart rate, race times."""

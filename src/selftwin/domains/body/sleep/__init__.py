"""Sleep, the body clock and what alters them: two processes, sleepiness, caffeine, alcohol, journeys, shifts."""

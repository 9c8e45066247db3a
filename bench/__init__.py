"""Ours, the peer and the naive guess, side by side in one run, as ratios."""

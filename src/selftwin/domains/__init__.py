"""Signals bound to methods. Domains meet in the data and never import each other."""

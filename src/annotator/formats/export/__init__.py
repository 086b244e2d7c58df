"""Handing a project out: what is chosen, how it is split, what is lost, and the proof of it."""

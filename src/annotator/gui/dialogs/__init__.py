"""Windows over the window, each asked for by an action."""

"""The window: widgets that show the session and call it."""

"""The open project and document for the window: QtCore and QtGui, never a widget."""

"""Annotator: tag actors, places, dates and claims in news articles. See README.md."""

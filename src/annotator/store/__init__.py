"""Projects in a database: the only place that speaks SQL.

Store functions take a connection first, never commit, and give back values of the model or small
frozen dataclasses defined beside them. `Database.transact` and `Database.read` run them.
"""

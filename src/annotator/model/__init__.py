"""What may be said and what was said: frozen values, standard library only."""

"""Template tags: `{% load cm %}`."""

"""Connects a django-oscar shop to Countermark.

Add it to INSTALLED_APPS after the apps of oscar, include its addresses before oscar's, set COUNTERMARK_SECRET, migrate.
"""

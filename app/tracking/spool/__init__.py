"""Clicks on their way into the database: a folder of files that outlives the process and needs no database."""

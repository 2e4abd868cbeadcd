"""Starts everything on one machine, from one terminal: `manage.py up`.

`surroundings` looks before anything starts, `preparation` makes the database ready in a process of its own,
`course` says what comes after what, `children` starts, watches and ends processes, `words` is what the terminal shows.
"""

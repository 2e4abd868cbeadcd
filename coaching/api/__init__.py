"""The REST API: /api/v1/, for programs that act for a person with a personal token of theirs.

What a person may see and do here is what they may on the pages: the same rows, the same actions. Confidential
content can be brought in by its coach, and is given out by nothing here.
"""

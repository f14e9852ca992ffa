"""Ten messages a dialog, two hundred chats at a time: this bot beside the ways others write one.

`python -m benchmarks.dialog` (or `make bench`). benchmarks/README.md says how it measures.
"""

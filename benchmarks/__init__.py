import bot  # noqa: F401  first, since it decides with how many threads numpy is loaded

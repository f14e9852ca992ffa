"""The same dialog as a newcomer would write it by the documentation of each framework."""

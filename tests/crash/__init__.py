"""The whole program as a process of its own, killed at random and disturbed in every way the network knows."""

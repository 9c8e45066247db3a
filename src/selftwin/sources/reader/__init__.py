"""How sources are run: the contract they keep, the bytes they are given, the child process they live in."""

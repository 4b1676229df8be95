"""The steps that choose what, where and when; each choice is an address."""

"""An independent reading of the scheduling rules, and worlds to try it on.

Nothing in this package imports the product. It is written from the contract's text alone, slow
and plain, so that a difference between the two is a mistake in one of them.
"""

"""Faults that the checks find and that are still to be repaired: regular expressions of a document's name and of a fault.
A fault that is not in this list fails the test; one that is no longer found is reported, to be removed from it."""

KNOWN_FAULTS = []

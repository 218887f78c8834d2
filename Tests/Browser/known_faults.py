"""Faults that the checks find and that are still to be repaired: regular expressions of a document's name and of a fault.
A fault that is not in this list fails the test; one that is no longer found is reported, to be removed from it."""

KNOWN_FAULTS = [
    # Tables of many columns as drawings.
    (r"^(websites\.events\.stats|umami\.revenue|reports\.segment|hostile).* as svg", r"a (short text is cut|text lies on|text extends)"),
    # Long names as titles, in legends and in heads of tables.
    (r"^(page|series of long labels|hostile)", r"a title of many lines|a text lies on|in one line"),
    # Parts of a text that are written from right to left.
    (r"", r"parts are not in their order"),
    # A long name before a long number.
    (r"^reports\.attribution", r"360 px.*a text lies on"),
]

"""Faults that the checks find and that are still to be repaired: regular expressions of a document's name and of a fault.
A fault that is not in this list fails the test; one that is no longer found is reported, to be removed from it."""

KNOWN_FAULTS = [
    # Stripes of cells that are not complete lie below their numbers.
    (r"", r'contrast of .* class "cell dark"'),
    # The first label of an axis of time in a narrow window.
    (r"^reports\.revenue \(4\)", r"360 px.*(: Feb 23)$"),
    # Tables of many columns as drawings.
    (r"^(websites\.events\.stats|umami\.revenue|reports\.segment|hostile).* as svg", r"a (short text is cut|text lies on|text extends)"),
    # Long names as titles, in legends and in heads of tables.
    (r"^(page|series of long labels|hostile)", r"a title of many lines|a text lies on|in one line"),
    # Parts of a text that are written from right to left.
    (r"", r"parts are not in their order"),
    # The name of the last column of a wide grid.
    (r"^reports\.retention", r"360 px.*a (short text is cut|text extends out of its drawing): \d\d$"),
    # A long name before a long number.
    (r"^reports\.attribution", r"360 px.*a text lies on"),
    # Columns of names without breaks, on displays and on paper.
    (r"", r"a column is wider than its table may be"),
    (r"^page print", r"the table is cut|px wide"),
    # A change from nothing has no place in the order.
    (r"", r'"new"? is no number|or "new" is no number'),
]

"""What is shown beside the log, held against its leaves: the public board, the inspectors' feed.

Both are made from the log, so that whoever has the leaves can say what they must show (ADR 0059).
Entries are taken as pairs of an index and a leaf, in the order of the log.
"""

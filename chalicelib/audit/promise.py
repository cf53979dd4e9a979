"""What the log promises: how soon all is in it (合并时限), and how often it shows that it is alive.

RFC 6962 section 3 calls the first the maximum merge delay. What was recorded is under a published
checkpoint within it; a receipt names the instant, and what came later is seen to have come later.
"""

from datetime import timedelta

STATED = ("IN_FORCE", "STATED")  # where the registry has which rules the log was told of last
MERGE_DELAY = timedelta(minutes=10)
HEARTBEAT = timedelta(hours=1)
FRESH = timedelta(hours=2)  # a log that shows no sign of life for longer is held back

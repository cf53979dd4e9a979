"""The log's time limits: how soon each fact is in it (合并时限), and how often a heartbeat follows.

RFC 6962 section 3 calls the first the maximum merge delay. A recorded fact is under a published
checkpoint within it. A receipt names the last instant, so anybody can see a late fact as late.
"""

from datetime import timedelta

STATED = ("IN_FORCE", "STATED")  # where the registry has the rules that the log last stated
MERGE_DELAY = timedelta(minutes=10)
HEARTBEAT = timedelta(hours=1)
FRESH = timedelta(hours=2)  # a log whose last sign of life is older counts as withheld

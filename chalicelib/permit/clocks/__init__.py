"""The time limits of an application, and what starts and stops each."""

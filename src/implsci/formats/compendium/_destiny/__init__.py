"""References of the DESTINY evidence repository, read and written."""

"""The extraction form: its sheets, how they are written, and how they are read back."""

"""What the formats of reference managers share: one record between each of them and `Study`."""

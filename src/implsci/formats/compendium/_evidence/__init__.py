"""What the three forms of an evidence table share: cells, columns, facts, and how rows become studies."""

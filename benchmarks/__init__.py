"""Timings, as ratios beside peers in one run on one machine. Never asserted in a test."""

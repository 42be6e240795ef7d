"""Tests of the repository itself: what holds for its files, whatever the program does."""

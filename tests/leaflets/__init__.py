"""Tests of reading other people's leaflets."""

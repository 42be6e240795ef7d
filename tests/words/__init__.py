"""Tests of the information books and the leaflets."""

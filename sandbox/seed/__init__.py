"""Seed data that shows real trouble, and what it promises to come out as."""

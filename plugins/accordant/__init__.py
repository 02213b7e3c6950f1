"""Accordant keeps business systems in agreement: it agrees two systems, writes nothing twice, and proves it."""

__version__ = "0.1.0"

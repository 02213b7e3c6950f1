"""The outside world on one machine: strict local servers, embedded databases and seed data.

Nothing here imports the product, so the two can never share a misunderstanding.
"""

"""Printavo into Postgres: customers, orders and payments, and the order book of each key account."""

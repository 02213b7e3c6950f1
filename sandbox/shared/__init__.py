"""What every sandbox server has: a ledger, faults, limits, a clock and the control API."""

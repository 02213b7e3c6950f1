"""What each flow means: mapping, policy, natural keys. One folder per business flow. No I/O of its own."""

"""What all flows between the warehouse system and QuickBooks Desktop share."""

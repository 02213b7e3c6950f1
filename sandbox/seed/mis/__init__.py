"""A school: six years of its students' invoices in the MIS, and what QuickBooks Online has of them already."""

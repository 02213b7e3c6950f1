"""Invoices of a school's MIS become invoices in QuickBooks Online."""

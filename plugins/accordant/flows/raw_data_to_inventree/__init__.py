"""Raw invoice documents in MongoDB become sales orders in InvenTree.

documents.py reads a document, tax_ids.py and records.py say what is the same, remote.py reads InvenTree,
decide.py makes the plan, target.py writes, proof.py reads back, report.py writes the documents' status.
"""

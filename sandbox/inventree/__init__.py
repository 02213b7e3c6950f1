"""InvenTree as a strict local server; its rules follow what a real 1.5.0 (API 530) was seen to do."""

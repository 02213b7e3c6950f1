"""The demo's Printavo account: 400 orders of a print shop, among them those of IMM and Harlestons."""

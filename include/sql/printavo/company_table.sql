-- One company's order book. Its columns are stable; edit customer_due and production_due freely, see docs/printavo.md.
CREATE TABLE IF NOT EXISTS printavo.{table} (
    order_id text PRIMARY KEY, visual_id text, nickname text, kind text NOT NULL, customer_name text, contact_name text,
    contact_email text, status text, created_on date, customer_due date, production_due timestamptz,
    total numeric(14,2), amount_paid numeric(14,2), amount_outstanding numeric(14,2), quantity integer, po_number text,
    public_url text, updated_at timestamptz, due_from text NOT NULL DEFAULT 'Printavo')

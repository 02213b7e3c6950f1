-- What a reading gathers before anybody sees it. Unlogged: after a crash of Postgres it is read again.
DROP SCHEMA IF EXISTS printavo_staging CASCADE;
CREATE SCHEMA printavo_staging;
CREATE UNLOGGED TABLE printavo_staging.put (name text PRIMARY KEY, rows bigint NOT NULL);
CREATE UNLOGGED TABLE printavo_staging.gone (name text NOT NULL, id text NOT NULL, PRIMARY KEY (name, id));
CREATE UNLOGGED TABLE printavo_staging.unusable (name text NOT NULL, id text NOT NULL, field text NOT NULL, value text NOT NULL);
CREATE UNLOGGED TABLE printavo_staging.touched (order_id text NOT NULL, part text NOT NULL, rows bigint NOT NULL);
CREATE UNLOGGED TABLE printavo_staging.member (
    company text NOT NULL, kind text NOT NULL, id text NOT NULL, rule text NOT NULL, PRIMARY KEY (company, kind, id));
CREATE UNLOGGED TABLE printavo_staging.hidden_status (company text NOT NULL, status_id text NOT NULL);
CREATE UNLOGGED TABLE printavo_staging.correction (
    company text NOT NULL, order_id text NOT NULL, visual_id text NOT NULL, file text NOT NULL, line integer NOT NULL,
    sets_customer_due boolean NOT NULL, customer_due date,
    sets_production_due boolean NOT NULL, production_due timestamptz, PRIMARY KEY (company, order_id));
TRUNCATE printavo.reading_list;
-- The companies' tables as they should be, see book.sql.
CREATE UNLOGGED TABLE printavo_staging.book (
    company text NOT NULL, order_id text NOT NULL, visual_id text, nickname text, kind text NOT NULL, customer_name text,
    contact_name text, contact_email text, status text, created_on date, customer_due date, production_due timestamptz,
    total numeric(14,2), amount_paid numeric(14,2), amount_outstanding numeric(14,2), quantity integer, po_number text,
    public_url text, updated_at timestamptz, due_from text NOT NULL,
    printavo_customer_due date, printavo_production_due timestamptz, shown boolean NOT NULL,
    seen_customer_due date, seen_production_due timestamptz, our_customer_due date, our_production_due timestamptz,
    customer_change text NOT NULL, production_change text NOT NULL, PRIMARY KEY (company, order_id));

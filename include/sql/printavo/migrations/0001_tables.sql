-- Printavo's records as they were last read. `gone_at`: Printavo does not have it any more; nothing is ever deleted.
CREATE TABLE printavo.status (
    id text PRIMARY KEY, name text NOT NULL, type text, color text, position integer,
    created_at timestamptz, updated_at timestamptz, gone_at timestamptz);

CREATE TABLE printavo.customer (
    id text PRIMARY KEY, company_name text, primary_contact_id text, tax_exempt boolean, sales_tax numeric(12,4),
    resale_number text, internal_note text, order_count integer, billing_address jsonb, shipping_address jsonb,
    created_at timestamptz, updated_at timestamptz, gone_at timestamptz);

CREATE TABLE printavo.contact (
    id text PRIMARY KEY, customer_id text, full_name text, first_name text, last_name text, email text, phone text,
    fax text, created_at timestamptz, updated_at timestamptz, gone_at timestamptz);
CREATE INDEX contact_customer ON printavo.contact (customer_id);

-- Invoices and quotes. `customer_due` is the date that the customer was promised, `production_due` the shop's own moment.
CREATE TABLE printavo.orders (
    id text PRIMARY KEY, kind text NOT NULL, visual_id text, nickname text, status_id text, contact_id text,
    customer_id text, owner text, created_on date, invoiced_on date, customer_due date, production_due timestamptz,
    production_start timestamptz, payment_due date, total numeric(14,2), subtotal numeric(14,2),
    total_untaxed numeric(14,2), sales_tax numeric(12,4), sales_tax_amount numeric(14,2), discount numeric(12,4),
    discount_amount numeric(14,2), discount_is_percentage boolean, amount_paid numeric(14,2),
    amount_outstanding numeric(14,2), paid_in_full boolean, quantity integer, po_number text, customer_note text,
    production_note text, delivery_method text, payment_term text, tags jsonb, url text,
    created_at timestamptz, updated_at timestamptz, gone_at timestamptz);
CREATE INDEX orders_visual_id ON printavo.orders (visual_id);
CREATE INDEX orders_customer ON printavo.orders (customer_id);

CREATE TABLE printavo.line_item_group (
    id text PRIMARY KEY, order_id text NOT NULL, position integer,
    created_at timestamptz, updated_at timestamptz, gone_at timestamptz);
CREATE INDEX line_item_group_order ON printavo.line_item_group (order_id);

CREATE TABLE printavo.line_item (
    id text PRIMARY KEY, order_id text NOT NULL, group_id text NOT NULL, position integer, item_number text,
    description text, color text, category text, price numeric(14,2), quantity integer, taxed boolean,
    product_status text, created_at timestamptz, updated_at timestamptz, gone_at timestamptz);
CREATE INDEX line_item_order ON printavo.line_item (order_id);

CREATE TABLE printavo.line_item_size (
    line_item_id text NOT NULL, order_id text NOT NULL, size text NOT NULL, count integer, gone_at timestamptz,
    PRIMARY KEY (line_item_id, size));
CREATE INDEX line_item_size_order ON printavo.line_item_size (order_id);

CREATE TABLE printavo.fee (
    id text PRIMARY KEY, order_id text NOT NULL, description text, quantity integer, unit_price numeric(14,2),
    unit_price_is_percentage boolean, amount numeric(14,2), taxable boolean,
    created_at timestamptz, updated_at timestamptz, gone_at timestamptz);
CREATE INDEX fee_order ON printavo.fee (order_id);

-- Payments, refunds, returns, voids and disputes, by `kind`.
CREATE TABLE printavo.payment (
    id text PRIMARY KEY, order_id text NOT NULL, kind text NOT NULL, amount numeric(14,2), category text,
    description text, processing boolean, paid_on date,
    created_at timestamptz, updated_at timestamptz, gone_at timestamptz);
CREATE INDEX payment_order ON printavo.payment (order_id);

-- Who belongs to a key account, and by which rule of the settings.
CREATE TABLE printavo.company_member (
    company text NOT NULL, kind text NOT NULL CHECK (kind IN ('customer', 'contact', 'excluded contact')), id text NOT NULL, rule text NOT NULL,
    PRIMARY KEY (company, kind, id));

-- What Printavo said last of the due dates in a company's table, and what stands there by hand; kept while the order is
-- hidden.
CREATE TABLE printavo.company_due (
    company text NOT NULL, order_id text NOT NULL,
    printavo_customer_due date, printavo_production_due timestamptz,
    customer_due date, production_due timestamptz, source text NOT NULL DEFAULT '',
    PRIMARY KEY (company, order_id));

-- How far a reading came: its rows lie in the unlogged tables of printavo_staging.
CREATE TABLE printavo.reading (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    run_id text NOT NULL, account text NOT NULL, what text NOT NULL, started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz);
CREATE TABLE printavo.reading_list (
    name text PRIMARY KEY, cursor text, pages integer NOT NULL, rows bigint NOT NULL, complete boolean NOT NULL);
-- When all of Printavo was last read as a whole.
CREATE TABLE printavo.full_read (account text PRIMARY KEY, finished_at timestamptz NOT NULL);

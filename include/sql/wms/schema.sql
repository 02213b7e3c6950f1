-- The warehouse (WMS) of the sandbox and the demo, and a model for one's own: what is bought, sold and moved.
-- Accordant reads and writes it through the other files of this folder only; docs/own-wms.md says how to adapt them.
-- May be run again at any time: what is there stays.

CREATE SCHEMA IF NOT EXISTS wms;

-- Names are not unique anywhere but in wms.site: people do make duplicates, and a sync must live with them.
-- quickbooks_id says which record of QuickBooks Desktop this one is bound to; unique, so that one record of
-- QuickBooks never becomes two of ours, however often a run is repeated. Several rows without one are fine.
-- Small lists that QuickBooks owns (terms, tax codes, accounts, sales representatives) are referred to by name.

CREATE TABLE IF NOT EXISTS wms.customer (
    id                       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id                bigint REFERENCES wms.customer,        -- a job or branch of this customer
    name                     text NOT NULL,                         -- without the parent's name in front
    company_name             text,
    first_name               text,
    last_name                text,
    billing_address          jsonb,                                 -- line1..line5, city, state, postal_code, country
    shipping_address         jsonb,
    phone                    text,
    email                    text,
    is_active                boolean NOT NULL DEFAULT true,
    custom_fields            jsonb NOT NULL DEFAULT '{}',           -- name -> text
    balance                  numeric(15, 2),                        -- as QuickBooks told it; nobody edits it here
    total_balance            numeric(15, 2),                        -- the same with all jobs below
    currency                 text,
    customer_type            text,
    sales_representative     text,
    terms                    text,
    preferred_payment_method text,
    created_at               timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at               timestamptz NOT NULL DEFAULT clock_timestamp(),
    quickbooks_id            text UNIQUE,
    last_synced_to_qb        timestamptz,
    CHECK (parent_id <> id)
);
COMMENT ON TABLE wms.customer IS 'Who buys. A job or branch of a customer is a customer with a parent.';
COMMENT ON COLUMN wms.customer.balance IS 'As QuickBooks last told it: the warehouse does not keep accounts.';
COMMENT ON COLUMN wms.customer.updated_at IS
    'Moves with every change of content, and not when only quickbooks_id or last_synced_to_qb change: '
    'else every sync would find its own stamp as a change.';
CREATE INDEX IF NOT EXISTS customer_by_change ON wms.customer (updated_at);
CREATE INDEX IF NOT EXISTS customer_by_parent ON wms.customer (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS wms.vendor (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name              text NOT NULL,
    company_name      text,
    first_name        text,
    last_name         text,
    billing_address   jsonb,
    shipping_address  jsonb,
    phone             text,
    email             text,
    is_active         boolean NOT NULL DEFAULT true,
    custom_fields     jsonb NOT NULL DEFAULT '{}',
    balance           numeric(15, 2),
    currency          text,
    terms             text,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    quickbooks_id     text UNIQUE,
    last_synced_to_qb timestamptz
);
COMMENT ON TABLE wms.vendor IS 'Whom we buy from.';
CREATE INDEX IF NOT EXISTS vendor_by_change ON wms.vendor (updated_at);

-- An item is one row here and one row in the table of its kind. The kind never changes, as in QuickBooks.
CREATE TABLE IF NOT EXISTS wms.item (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind              text NOT NULL CHECK (kind IN ('inventory', 'non_inventory', 'service', 'discount', 'assembly')),
    parent_id         bigint REFERENCES wms.item,
    name              text NOT NULL,
    is_active         boolean NOT NULL DEFAULT true,
    sku               text,
    sales_tax_code    text,
    custom_fields     jsonb NOT NULL DEFAULT '{}',
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    quickbooks_id     text UNIQUE,
    last_synced_to_qb timestamptz,
    UNIQUE (id, kind),
    CHECK (parent_id <> id)
);
COMMENT ON TABLE wms.item IS 'What all kinds of goods and services have in common.';
COMMENT ON COLUMN wms.item.kind IS 'Says in which item_* table the rest of this item is.';
CREATE INDEX IF NOT EXISTS item_by_change ON wms.item (updated_at);
CREATE INDEX IF NOT EXISTS item_by_parent ON wms.item (parent_id) WHERE parent_id IS NOT NULL;

-- The column kind of each of these tables is there for the foreign key alone: a row cannot be of the wrong kind.
CREATE TABLE IF NOT EXISTS wms.item_inventory (
    item_id                 bigint PRIMARY KEY,
    kind                    text GENERATED ALWAYS AS ('inventory') STORED,
    sales_description       text,
    sales_price             numeric(15, 5),
    purchase_description    text,
    purchase_cost           numeric(15, 5),
    quantity_on_hand        numeric(15, 5),
    quantity_on_order       numeric(15, 5),
    quantity_on_sales_order numeric(15, 5),
    reorder_point           numeric(15, 5),
    asset_account           text,
    cogs_account            text,
    income_account          text,
    unit_of_measure_set     text,
    purchase_tax_code       text,
    preferred_vendor_id     bigint REFERENCES wms.vendor,
    FOREIGN KEY (item_id, kind) REFERENCES wms.item (id, kind) ON DELETE CASCADE
);
COMMENT ON TABLE wms.item_inventory IS 'Goods that are counted.';
COMMENT ON COLUMN wms.item_inventory.quantity_on_hand IS
    'The figure of the books, as QuickBooks last told it. What lies on the shelves is in wms.stock.';

CREATE TABLE IF NOT EXISTS wms.item_non_inventory (
    item_id              bigint PRIMARY KEY,
    kind                 text GENERATED ALWAYS AS ('non_inventory') STORED,
    sales_description    text,
    sales_price          numeric(15, 5),
    purchase_description text,
    purchase_cost        numeric(15, 5),
    income_account       text,
    expense_account      text,
    is_purchased         boolean NOT NULL DEFAULT false,
    unit_of_measure_set  text,
    purchase_tax_code    text,
    preferred_vendor_id  bigint REFERENCES wms.vendor,
    FOREIGN KEY (item_id, kind) REFERENCES wms.item (id, kind) ON DELETE CASCADE
);
COMMENT ON TABLE wms.item_non_inventory IS 'Goods that are not counted: packing, spare parts passed on.';
COMMENT ON COLUMN wms.item_non_inventory.is_purchased IS
    'Bought and sold (salesAndPurchaseDetails of QuickBooks), not only one of both; QuickBooks never lets it change.';

CREATE TABLE IF NOT EXISTS wms.item_service (
    item_id              bigint PRIMARY KEY,
    kind                 text GENERATED ALWAYS AS ('service') STORED,
    sales_description    text,
    sales_price          numeric(15, 5),
    purchase_description text,
    purchase_cost        numeric(15, 5),
    income_account       text,
    expense_account      text,
    is_purchased         boolean NOT NULL DEFAULT false,
    unit_of_measure_set  text,
    purchase_tax_code    text,
    preferred_vendor_id  bigint REFERENCES wms.vendor,
    FOREIGN KEY (item_id, kind) REFERENCES wms.item (id, kind) ON DELETE CASCADE
);
COMMENT ON TABLE wms.item_service IS 'Work that is charged: cutting, delivery, installation.';
COMMENT ON COLUMN wms.item_service.is_purchased IS 'Bought from subcontractors and sold; see item_non_inventory.';

CREATE TABLE IF NOT EXISTS wms.item_discount (
    item_id           bigint PRIMARY KEY,
    kind              text GENERATED ALWAYS AS ('discount') STORED,
    sales_description text,
    discount_rate     numeric(15, 5),
    discount_percent  numeric(15, 5),
    income_account    text,
    FOREIGN KEY (item_id, kind) REFERENCES wms.item (id, kind) ON DELETE CASCADE
);
COMMENT ON TABLE wms.item_discount IS 'What is taken off an order: an amount (discount_rate) or a percentage.';
COMMENT ON COLUMN wms.item_discount.income_account IS 'The one account a discount is booked to.';

CREATE TABLE IF NOT EXISTS wms.item_assembly (
    item_id                 bigint PRIMARY KEY,
    kind                    text GENERATED ALWAYS AS ('assembly') STORED,
    sales_description       text,
    sales_price             numeric(15, 5),
    purchase_description    text,
    purchase_cost           numeric(15, 5),
    quantity_on_hand        numeric(15, 5),
    quantity_on_order       numeric(15, 5),
    quantity_on_sales_order numeric(15, 5),
    reorder_point           numeric(15, 5),
    asset_account           text,
    cogs_account            text,
    income_account          text,
    unit_of_measure_set     text,
    purchase_tax_code       text,
    preferred_vendor_id     bigint REFERENCES wms.vendor,
    FOREIGN KEY (item_id, kind) REFERENCES wms.item (id, kind) ON DELETE CASCADE
);
COMMENT ON TABLE wms.item_assembly IS 'Goods put together here; of what, says wms.item_component.';

CREATE TABLE IF NOT EXISTS wms.item_component (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    assembly_id   bigint NOT NULL REFERENCES wms.item_assembly ON DELETE CASCADE,
    position      integer NOT NULL,
    item_id       bigint NOT NULL REFERENCES wms.item,
    quantity      numeric(15, 5),
    quickbooks_id text
);
COMMENT ON TABLE wms.item_component IS 'What one piece of an assembly is made of.';
COMMENT ON COLUMN wms.item_component.quickbooks_id IS 'QuickBooks gives components no id; here for other systems.';
CREATE INDEX IF NOT EXISTS item_component_by_assembly ON wms.item_component (assembly_id);

CREATE TABLE IF NOT EXISTS wms.sales_order (
    id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id          bigint NOT NULL REFERENCES wms.customer,
    ref_number           text,
    transaction_date     date NOT NULL,
    due_date             date,
    billing_address      jsonb,
    shipping_address     jsonb,
    total_amount         numeric(15, 2),
    is_fully_invoiced    boolean NOT NULL DEFAULT false,
    is_manually_closed   boolean NOT NULL DEFAULT false,
    memo                 text,
    sales_representative text,
    sales_tax_code       text,
    sales_tax_item       text,
    sales_tax_percentage numeric(15, 5),
    sales_tax_total      numeric(15, 2),
    terms                text,
    created_at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    quickbooks_id        text UNIQUE,
    last_synced_to_qb    timestamptz
);
COMMENT ON TABLE wms.sales_order IS 'What a customer ordered. An order is closed, never deleted.';
COMMENT ON COLUMN wms.sales_order.ref_number IS 'The number on paper. Not unique, as in QuickBooks.';
CREATE INDEX IF NOT EXISTS sales_order_by_change ON wms.sales_order (updated_at);
CREATE INDEX IF NOT EXISTS sales_order_by_customer ON wms.sales_order (customer_id);

CREATE TABLE IF NOT EXISTS wms.sales_order_line (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sales_order_id bigint NOT NULL REFERENCES wms.sales_order ON DELETE CASCADE,
    position       integer NOT NULL,
    item_id        bigint REFERENCES wms.item,                      -- none on a line that is only text
    description    text,
    quantity       numeric(15, 5),
    unit_price     numeric(15, 5),
    amount         numeric(15, 2),
    sales_tax_code text,
    quickbooks_id  text                                             -- id of the line in QuickBooks
);
COMMENT ON TABLE wms.sales_order_line IS 'A change here is a change of the order: it moves the order''s updated_at.';
CREATE INDEX IF NOT EXISTS sales_order_line_by_order ON wms.sales_order_line (sales_order_id);

CREATE TABLE IF NOT EXISTS wms.purchase_order (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    vendor_id          bigint NOT NULL REFERENCES wms.vendor,
    ref_number         text,
    transaction_date   date NOT NULL,
    due_date           date,
    expected_date      date,
    total_amount       numeric(15, 2),
    is_fully_received  boolean NOT NULL DEFAULT false,
    is_manually_closed boolean NOT NULL DEFAULT false,
    memo               text,
    shipping_address   jsonb,
    terms              text,
    created_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    quickbooks_id      text UNIQUE,
    last_synced_to_qb  timestamptz
);
COMMENT ON TABLE wms.purchase_order IS 'What we ordered from a vendor.';
CREATE INDEX IF NOT EXISTS purchase_order_by_change ON wms.purchase_order (updated_at);
CREATE INDEX IF NOT EXISTS purchase_order_by_vendor ON wms.purchase_order (vendor_id);

CREATE TABLE IF NOT EXISTS wms.purchase_order_line (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purchase_order_id bigint NOT NULL REFERENCES wms.purchase_order ON DELETE CASCADE,
    position          integer NOT NULL,
    item_id           bigint REFERENCES wms.item,
    description       text,
    quantity          numeric(15, 5),
    unit_cost         numeric(15, 5),
    amount            numeric(15, 2),
    quickbooks_id     text
);
CREATE INDEX IF NOT EXISTS purchase_order_line_by_order ON wms.purchase_order_line (purchase_order_id);

CREATE TABLE IF NOT EXISTS wms.invoice (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id       bigint NOT NULL REFERENCES wms.customer,
    ref_number        text,
    transaction_date  date NOT NULL,
    due_date          date,
    billing_address   jsonb,
    shipping_address  jsonb,
    subtotal          numeric(15, 2),
    sales_tax_total   numeric(15, 2),
    total             numeric(15, 2),
    balance_remaining numeric(15, 2),
    is_paid           boolean NOT NULL DEFAULT false,
    is_active         boolean NOT NULL DEFAULT true,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    quickbooks_id     text UNIQUE,
    last_synced_to_qb timestamptz
);
COMMENT ON TABLE wms.invoice IS 'A copy of what QuickBooks invoiced: it flows from there to here, never back.';
COMMENT ON COLUMN wms.invoice.is_active IS 'False once the invoice was deleted in QuickBooks.';
CREATE INDEX IF NOT EXISTS invoice_by_change ON wms.invoice (updated_at);
CREATE INDEX IF NOT EXISTS invoice_by_customer ON wms.invoice (customer_id);

CREATE TABLE IF NOT EXISTS wms.invoice_line (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id    bigint NOT NULL REFERENCES wms.invoice ON DELETE CASCADE,
    position      integer NOT NULL,
    item_id       bigint REFERENCES wms.item,
    description   text,
    quantity      numeric(15, 5),
    unit_price    numeric(15, 5),
    amount        numeric(15, 2),
    quickbooks_id text
);
CREATE INDEX IF NOT EXISTS invoice_line_by_invoice ON wms.invoice_line (invoice_id);

CREATE TABLE IF NOT EXISTS wms.site (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name              text NOT NULL,
    is_active         boolean NOT NULL DEFAULT true,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    quickbooks_id     text UNIQUE,
    last_synced_to_qb timestamptz
);
COMMENT ON TABLE wms.site IS 'Where goods lie. Sites are named by hand and few, so here a name is unique.';
CREATE UNIQUE INDEX IF NOT EXISTS site_by_name ON wms.site (lower(name));

CREATE TABLE IF NOT EXISTS wms.inventory_adjustment (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_date  date NOT NULL,
    ref_number        text,
    memo              text,
    account           text,
    site_id           bigint REFERENCES wms.site,
    made_by           text NOT NULL DEFAULT '',
    is_active         boolean NOT NULL DEFAULT true,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    quickbooks_id     text UNIQUE,
    last_synced_to_qb timestamptz
);
COMMENT ON TABLE wms.inventory_adjustment IS 'A correction of what is counted: broken, found, counted anew.';
COMMENT ON COLUMN wms.inventory_adjustment.made_by IS
    'accordant for what the sync wrote here: it must not be carried back as somebody''s correction.';
COMMENT ON COLUMN wms.inventory_adjustment.is_active IS
    'False once withdrawn: its lines then do not count in wms.stock.';
CREATE INDEX IF NOT EXISTS inventory_adjustment_by_change ON wms.inventory_adjustment (updated_at);

CREATE TABLE IF NOT EXISTS wms.inventory_adjustment_line (
    id                      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inventory_adjustment_id bigint NOT NULL REFERENCES wms.inventory_adjustment ON DELETE CASCADE,
    position                integer NOT NULL,
    item_id                 bigint NOT NULL REFERENCES wms.item,
    quantity_difference     numeric(15, 5) NOT NULL DEFAULT 0,
    value_difference        numeric(15, 2),
    counted                 boolean NOT NULL DEFAULT false,
    counted_at              bigint REFERENCES wms.site,
    quickbooks_id           text
);
COMMENT ON COLUMN wms.inventory_adjustment_line.counted IS
    'Whether wms.stock holds this line, and at which site (counted_at). Kept by triggers: a line must know by itself '
    'what to take back when it goes, also when its adjustment goes with it.';
CREATE INDEX IF NOT EXISTS inventory_adjustment_line_by_adjustment
    ON wms.inventory_adjustment_line (inventory_adjustment_id);

CREATE TABLE IF NOT EXISTS wms.stock (
    item_id          bigint NOT NULL REFERENCES wms.item,
    site_id          bigint REFERENCES wms.site,
    quantity_on_hand numeric(15, 5) NOT NULL DEFAULT 0,
    UNIQUE NULLS NOT DISTINCT (item_id, site_id)
);
COMMENT ON TABLE wms.stock IS 'What lies on the shelves. No site: the company has one only and does not name it.';

-- ------------------------------------------------------------------------------------------------ when it changed

CREATE OR REPLACE FUNCTION wms.touch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unstamped record := new;
BEGIN
    unstamped.quickbooks_id := old.quickbooks_id;
    unstamped.last_synced_to_qb := old.last_synced_to_qb;
    unstamped.updated_at := old.updated_at;
    IF unstamped IS DISTINCT FROM old THEN
        new.updated_at := clock_timestamp();
    END IF;
    RETURN new;
END $$;
COMMENT ON FUNCTION wms.touch() IS
    'Moves updated_at when content changes. clock_timestamp(), for two changes in one transaction are two moments.';

-- Arguments: the table of the parent record, and the column that leads to it.
CREATE OR REPLACE FUNCTION wms.touch_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := CASE WHEN tg_op <> 'INSERT' THEN to_jsonb(old) - 'quickbooks_id' END;
    after  jsonb := CASE WHEN tg_op <> 'DELETE' THEN to_jsonb(new) - 'quickbooks_id' END;
BEGIN
    IF before IS DISTINCT FROM after THEN
        -- What this same statement has made or touched already needs no second touch.
        EXECUTE 'UPDATE wms.' || quote_ident(tg_argv[0]) || ' SET updated_at = clock_timestamp() WHERE id IN ($1, $2)'
             || ' AND NOT (xmin = pg_current_xact_id()::xid AND updated_at >= statement_timestamp())'
        USING (before ->> tg_argv[1])::bigint, (after ->> tg_argv[1])::bigint;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION wms.touch_parent() IS
    'A change of a line, or of what an item has by its kind, is a change of the whole record.';

CREATE OR REPLACE FUNCTION wms.touch_descendants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (old.name, old.parent_id) IS DISTINCT FROM (new.name, new.parent_id) THEN
        EXECUTE 'WITH RECURSIVE below (id, depth) AS ('
             || 'SELECT id, 1 FROM wms.' || quote_ident(tg_table_name) || ' WHERE parent_id = $1 UNION ALL '
             || 'SELECT child.id, depth + 1 FROM below '
             || 'JOIN wms.' || quote_ident(tg_table_name) || ' AS child ON child.parent_id = below.id '
             || 'WHERE depth < 20) '
             || 'UPDATE wms.' || quote_ident(tg_table_name) || ' SET updated_at = clock_timestamp() '
             || 'WHERE id IN (SELECT id FROM below) AND id <> $1'
        USING new.id;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION wms.touch_descendants() IS
    'The full name of a record holds the names above it: a new name above is a change of all below.';

-- ---------------------------------------------------------------------------------------------------------- stock

CREATE OR REPLACE FUNCTION wms.site_id(site_name text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    found_id bigint;
BEGIN
    IF COALESCE(site_name, '') = '' THEN
        RETURN NULL;
    END IF;
    SELECT id INTO found_id FROM wms.site WHERE lower(name) = lower(site_name);
    IF found_id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
            MESSAGE = 'There is no site named "' || site_name || '": run site_ensure.sql first.';
    END IF;
    RETURN found_id;
END $$;
COMMENT ON FUNCTION wms.site_id(text) IS 'The site of this name; none for no name. An unknown name is refused.';

CREATE OR REPLACE FUNCTION wms.count_new_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE wms.inventory_adjustment_line AS line
    SET counted = adjustment.is_active, counted_at = adjustment.site_id
    FROM wms.inventory_adjustment AS adjustment
    WHERE line.id = new.id AND adjustment.id = new.inventory_adjustment_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION wms.count_lines_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE wms.inventory_adjustment_line
    SET counted = new.is_active, counted_at = new.site_id
    WHERE inventory_adjustment_id = new.id
      AND (counted, counted_at) IS DISTINCT FROM (new.is_active, new.site_id);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION wms.move_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.counted THEN
        UPDATE wms.stock SET quantity_on_hand = quantity_on_hand - old.quantity_difference
        WHERE item_id = old.item_id AND site_id IS NOT DISTINCT FROM old.counted_at;
    END IF;
    IF tg_op = 'UPDATE' AND new.counted THEN
        INSERT INTO wms.stock AS stock (item_id, site_id, quantity_on_hand)
        VALUES (new.item_id, new.counted_at, new.quantity_difference)
        ON CONFLICT (item_id, site_id) DO UPDATE
        SET quantity_on_hand = stock.quantity_on_hand + EXCLUDED.quantity_on_hand;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION wms.move_stock() IS
    'Takes the old line back and counts the new one. A line is inserted uncounted, then counted by count_new_line.';

-- ------------------------------------------------------------------------------------------------------- triggers

CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON wms.customer FOR EACH ROW EXECUTE FUNCTION wms.touch();
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON wms.vendor FOR EACH ROW EXECUTE FUNCTION wms.touch();
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON wms.item FOR EACH ROW EXECUTE FUNCTION wms.touch();
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON wms.sales_order FOR EACH ROW EXECUTE FUNCTION wms.touch();
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON wms.purchase_order FOR EACH ROW EXECUTE FUNCTION wms.touch();
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON wms.invoice FOR EACH ROW EXECUTE FUNCTION wms.touch();
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON wms.site FOR EACH ROW EXECUTE FUNCTION wms.touch();
CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON wms.inventory_adjustment FOR EACH ROW EXECUTE FUNCTION wms.touch();

CREATE OR REPLACE TRIGGER touch_descendants AFTER UPDATE OF name, parent_id ON wms.customer
    FOR EACH ROW EXECUTE FUNCTION wms.touch_descendants();
CREATE OR REPLACE TRIGGER touch_descendants AFTER UPDATE OF name, parent_id ON wms.item
    FOR EACH ROW EXECUTE FUNCTION wms.touch_descendants();

CREATE OR REPLACE TRIGGER touch_parent AFTER INSERT OR UPDATE OR DELETE ON wms.item_inventory
    FOR EACH ROW EXECUTE FUNCTION wms.touch_parent('item', 'item_id');
CREATE OR REPLACE TRIGGER touch_parent AFTER INSERT OR UPDATE OR DELETE ON wms.item_non_inventory
    FOR EACH ROW EXECUTE FUNCTION wms.touch_parent('item', 'item_id');
CREATE OR REPLACE TRIGGER touch_parent AFTER INSERT OR UPDATE OR DELETE ON wms.item_service
    FOR EACH ROW EXECUTE FUNCTION wms.touch_parent('item', 'item_id');
CREATE OR REPLACE TRIGGER touch_parent AFTER INSERT OR UPDATE OR DELETE ON wms.item_discount
    FOR EACH ROW EXECUTE FUNCTION wms.touch_parent('item', 'item_id');
CREATE OR REPLACE TRIGGER touch_parent AFTER INSERT OR UPDATE OR DELETE ON wms.item_assembly
    FOR EACH ROW EXECUTE FUNCTION wms.touch_parent('item', 'item_id');
CREATE OR REPLACE TRIGGER touch_parent AFTER INSERT OR UPDATE OR DELETE ON wms.item_component
    FOR EACH ROW EXECUTE FUNCTION wms.touch_parent('item', 'assembly_id');
CREATE OR REPLACE TRIGGER touch_parent AFTER INSERT OR UPDATE OR DELETE ON wms.sales_order_line
    FOR EACH ROW EXECUTE FUNCTION wms.touch_parent('sales_order', 'sales_order_id');
CREATE OR REPLACE TRIGGER touch_parent AFTER INSERT OR UPDATE OR DELETE ON wms.purchase_order_line
    FOR EACH ROW EXECUTE FUNCTION wms.touch_parent('purchase_order', 'purchase_order_id');
CREATE OR REPLACE TRIGGER touch_parent AFTER INSERT OR UPDATE OR DELETE ON wms.invoice_line
    FOR EACH ROW EXECUTE FUNCTION wms.touch_parent('invoice', 'invoice_id');
CREATE OR REPLACE TRIGGER touch_parent AFTER INSERT OR UPDATE OR DELETE ON wms.inventory_adjustment_line
    FOR EACH ROW EXECUTE FUNCTION wms.touch_parent('inventory_adjustment', 'inventory_adjustment_id');

CREATE OR REPLACE TRIGGER count_new_line AFTER INSERT ON wms.inventory_adjustment_line
    FOR EACH ROW EXECUTE FUNCTION wms.count_new_line();
CREATE OR REPLACE TRIGGER move_stock AFTER UPDATE OR DELETE ON wms.inventory_adjustment_line
    FOR EACH ROW EXECUTE FUNCTION wms.move_stock();
CREATE OR REPLACE TRIGGER count_lines_again AFTER UPDATE OF site_id, is_active ON wms.inventory_adjustment
    FOR EACH ROW EXECUTE FUNCTION wms.count_lines_again();

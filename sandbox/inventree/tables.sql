-- Objects keep the field names of the API. Decimals are text, so that nothing is rounded on the way.
CREATE TABLE IF NOT EXISTS account (
    username TEXT PRIMARY KEY, password TEXT NOT NULL, level TEXT NOT NULL, pk INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS token (
    token TEXT PRIMARY KEY, username TEXT NOT NULL, name TEXT NOT NULL, expiry TEXT NOT NULL,
    UNIQUE (username, name)
);
CREATE TABLE IF NOT EXISTS company (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL, description TEXT, website TEXT, phone TEXT, email TEXT, currency TEXT,
    contact TEXT, link TEXT, notes TEXT, tax_id TEXT,
    active INTEGER, is_customer INTEGER, is_supplier INTEGER, is_manufacturer INTEGER,
    metadata TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS company_name ON company (name, email);
CREATE TABLE IF NOT EXISTS part_category (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL, description TEXT, default_keywords TEXT, parent INTEGER, structural INTEGER, icon TEXT,
    metadata TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS part (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL, IPN TEXT COLLATE NOCASE, revision TEXT, description TEXT, keywords TEXT, units TEXT,
    link TEXT, notes TEXT, category INTEGER, default_expiry INTEGER, minimum_stock TEXT, maximum_stock TEXT,
    active INTEGER, assembly INTEGER, component INTEGER, is_template INTEGER, locked INTEGER,
    purchaseable INTEGER, salable INTEGER, testable INTEGER, trackable INTEGER, "virtual" INTEGER,
    consumable INTEGER, creation_date TEXT, creation_user INTEGER,
    metadata TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS part_name ON part (name);
CREATE INDEX IF NOT EXISTS part_ipn ON part (IPN);
CREATE TABLE IF NOT EXISTS sales_order (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    reference TEXT COLLATE NOCASE NOT NULL, reference_int INTEGER NOT NULL,
    customer INTEGER, customer_reference TEXT, description TEXT, link TEXT, notes TEXT, order_currency TEXT,
    start_date TEXT, target_date TEXT, issue_date TEXT, shipment_date TEXT, creation_date TEXT,
    created_by INTEGER, status INTEGER NOT NULL, updated_at TEXT NOT NULL,
    metadata TEXT NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX IF NOT EXISTS sales_order_reference ON sales_order (reference COLLATE BINARY);
CREATE INDEX IF NOT EXISTS sales_order_reference_any_case ON sales_order (reference);
CREATE INDEX IF NOT EXISTS sales_order_reference_int ON sales_order (reference_int);
CREATE INDEX IF NOT EXISTS sales_order_customer ON sales_order (customer);
CREATE INDEX IF NOT EXISTS sales_order_updated ON sales_order (updated_at);
CREATE TABLE IF NOT EXISTS so_line (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    "order" INTEGER NOT NULL, part INTEGER, quantity TEXT NOT NULL, sale_price TEXT, sale_price_currency TEXT,
    reference TEXT, notes TEXT, discount TEXT, line TEXT, link TEXT, target_date TEXT, shipped TEXT,
    metadata TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS so_line_order ON so_line ("order");
CREATE INDEX IF NOT EXISTS so_line_part ON so_line (part);
CREATE TABLE IF NOT EXISTS so_extra_line (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    "order" INTEGER NOT NULL, description TEXT, quantity TEXT NOT NULL, price TEXT, price_currency TEXT,
    reference TEXT, notes TEXT, discount TEXT, line TEXT, link TEXT, target_date TEXT,
    metadata TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS so_extra_line_order ON so_extra_line ("order");
CREATE TABLE IF NOT EXISTS tag (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS tagged (
    model TEXT NOT NULL, pk INTEGER NOT NULL, tag INTEGER NOT NULL, PRIMARY KEY (model, pk, tag)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tagged_tag ON tagged (tag, model, pk);
CREATE TABLE IF NOT EXISTS barcode (barcode TEXT PRIMARY KEY, model TEXT NOT NULL, pk INTEGER NOT NULL);
-- Trigram indices find the candidates of a substring search; LIKE then decides as the real server does.
CREATE VIRTUAL TABLE IF NOT EXISTS company_text USING fts5 (text, tokenize = 'trigram');
CREATE VIRTUAL TABLE IF NOT EXISTS sales_order_text USING fts5 (text, tokenize = 'trigram');
CREATE VIRTUAL TABLE IF NOT EXISTS part_text USING fts5 (text, tokenize = 'trigram');

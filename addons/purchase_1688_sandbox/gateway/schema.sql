-- Tables of the state file. JSON where nobody searches; moments in milliseconds since 1970.
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS switch (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY,
    spec TEXT NOT NULL,
    skip INTEGER NOT NULL,
    times INTEGER,
    hits INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS timeline (
    id INTEGER PRIMARY KEY,
    due_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS timeline_due ON timeline (due_at, id);
CREATE INDEX IF NOT EXISTS timeline_key ON timeline (key);
CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    api TEXT NOT NULL,
    params TEXT NOT NULL,
    status INTEGER NOT NULL,
    code TEXT NOT NULL,
    fault TEXT NOT NULL,
    duration_ms REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS app (
    app_key TEXT PRIMARY KEY,
    app_secret TEXT NOT NULL,
    member_id TEXT NOT NULL,
    redirect_domain TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS buyer (member_id TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS code (
    code TEXT PRIMARY KEY,
    app_key TEXT NOT NULL,
    member_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS token (
    access_token TEXT PRIMARY KEY,
    app_key TEXT NOT NULL,
    member_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS refresh_token (
    refresh_token TEXT PRIMARY KEY,
    app_key TEXT NOT NULL,
    member_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS trade_order (
    order_id TEXT PRIMARY KEY,
    out_order_id TEXT NOT NULL,
    buyer_id TEXT NOT NULL,
    seller_id TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS trade_order_out ON trade_order (buyer_id, out_order_id);
CREATE INDEX IF NOT EXISTS trade_order_modified ON trade_order (buyer_id, modified_at);
CREATE TABLE IF NOT EXISTS creation (
    id INTEGER PRIMARY KEY,
    buyer_id TEXT NOT NULL,
    out_order_id TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS creation_out ON creation (buyer_id, out_order_id);
CREATE TABLE IF NOT EXISTS parcel (
    logistics_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL,
    bill_no TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS parcel_order ON parcel (order_id);
CREATE INDEX IF NOT EXISTS parcel_bill ON parcel (bill_no);
CREATE TABLE IF NOT EXISTS refund (
    refund_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL,
    status TEXT NOT NULL,
    applied_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS refund_order ON refund (order_id);
CREATE TABLE IF NOT EXISTS payment (
    id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    channel TEXT NOT NULL,
    request_id TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS confirmation (
    id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    entry_ids TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS cancellation (
    id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS offer_state (offer_id TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    data TEXT NOT NULL,
    content BLOB,
    PRIMARY KEY (kind, key)
);
CREATE TABLE IF NOT EXISTS message (
    msg_id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    user_info TEXT NOT NULL,
    born_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    confirmed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY,
    msg_id INTEGER NOT NULL,
    due_real INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    last TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due_real);

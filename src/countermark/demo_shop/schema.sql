CREATE TABLE IF NOT EXISTS seller (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    email    TEXT NOT NULL,
    language TEXT NOT NULL,
    measures TEXT NOT NULL DEFAULT '',      -- what lies on the whole shop: freeze_funds, suspend, close, a space between them
    reason_url TEXT,
    since    TEXT
);
CREATE TABLE IF NOT EXISTS item (
    id          TEXT PRIMARY KEY,
    slug        TEXT NOT NULL,
    title       TEXT NOT NULL,
    text        TEXT NOT NULL,
    price       TEXT NOT NULL,
    currency    TEXT NOT NULL,
    seller      TEXT NOT NULL REFERENCES seller (id),
    own         TEXT NOT NULL DEFAULT 'up' CHECK (own IN ('up', 'sold_out', 'deleted_by_seller')),
    restriction TEXT CHECK (restriction IN ('demote', 'pause', 'remove')),
    territories TEXT NOT NULL DEFAULT '{}', -- JSON: where it is restricted more than everywhere
    reason_url  TEXT,
    since       TEXT,                       -- when it came to stand as it stands
    newest      INTEGER NOT NULL DEFAULT 0  -- milliseconds: the newest request carried out was signed then
);
CREATE INDEX IF NOT EXISTS item_by_seller ON item (seller);
CREATE TABLE IF NOT EXISTS picture (
    sha256 TEXT PRIMARY KEY,
    png    BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS item_picture (
    item     TEXT NOT NULL REFERENCES item (id),
    position INTEGER NOT NULL,
    sha256   TEXT NOT NULL REFERENCES picture (sha256),
    PRIMARY KEY (item, position)
);
CREATE TABLE IF NOT EXISTS answered (
    item      TEXT NOT NULL REFERENCES item (id),
    kind      TEXT NOT NULL CHECK (kind IN ('apply', 'reverse')),
    reference TEXT NOT NULL,
    measure   TEXT,                         -- with the territories, where there are any
    PRIMARY KEY (item, kind, reference)
);
CREATE TABLE IF NOT EXISTS shop_answered (
    seller    TEXT NOT NULL REFERENCES seller (id),
    kind      TEXT NOT NULL CHECK (kind IN ('apply', 'reverse')),
    reference TEXT NOT NULL,
    measure   TEXT NOT NULL,
    PRIMARY KEY (seller, kind, reference)
);
CREATE TABLE IF NOT EXISTS shop_newest (
    seller    TEXT NOT NULL REFERENCES seller (id),
    measure   TEXT NOT NULL,
    asked_at  INTEGER NOT NULL,             -- milliseconds: the newest request carried out was signed then
    PRIMARY KEY (seller, measure)
);

CREATE TABLE IF NOT EXISTS seller (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    email    TEXT NOT NULL,
    language TEXT NOT NULL
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
    restriction TEXT CHECK (restriction IN ('pause', 'remove')),
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
    measure   TEXT,
    PRIMARY KEY (item, kind, reference)
);

/*
 * The tables of the cache's SQLite file. `entries` is what ranks, expires and selects; it is narrow, so that looking at all of
 * it reads few pages. `bodies` holds the envelopes under the same ids. Ids grow, so both tables are written at their end; only
 * the index of hashes is written all over, and it is small. An insert into the view `incoming` writes both tables, and a
 * deletion from `entries` clears both, within one statement: no crash can part the two.
 */
export const schemaVersion = 2

export const schema: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, key TEXT NOT NULL, bytes INTEGER NOT NULL,
    expires INTEGER NOT NULL, weight REAL NOT NULL, model TEXT, provider TEXT, tags TEXT, user TEXT, uses INTEGER NOT NULL DEFAULT 1,
    used INTEGER NOT NULL)`,
  'CREATE UNIQUE INDEX IF NOT EXISTS entries_by_hash ON entries (hash)',
  'CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY, envelope BLOB NOT NULL)',
  'CREATE VIEW IF NOT EXISTS incoming AS SELECT hash, key, expires, weight, model, provider, tags, user, used, NULL AS envelope FROM entries',
  `CREATE TRIGGER IF NOT EXISTS entry_comes INSTEAD OF INSERT ON incoming BEGIN
    DELETE FROM entries WHERE hash = NEW.hash;
    INSERT INTO entries (hash, key, bytes, expires, weight, model, provider, tags, user, used) VALUES
      (NEW.hash, NEW.key, length(NEW.envelope) + 200, NEW.expires, NEW.weight, NEW.model, NEW.provider, NEW.tags, NEW.user, NEW.used);
    INSERT INTO bodies (id, envelope) VALUES (last_insert_rowid(), NEW.envelope); END`,
  'CREATE TRIGGER IF NOT EXISTS entry_goes AFTER DELETE ON entries BEGIN DELETE FROM bodies WHERE id = OLD.id; END',
]

/**
 * Inserts the rows of a batch: ?1 is a JSON list of what `toRow` gives, ?2 all their envelopes in one blob, ?3 the time. One
 * statement of three parameters: binding ten for each row takes as long as writing it.
 */
export const insertSql = `INSERT INTO incoming SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
  value ->> 7, ?3, substr(?2, (value ->> 8) + 1, value ->> 9) FROM json_each(?1)`

export const selectSql = 'SELECT entries.key, envelope FROM entries JOIN bodies USING (id) WHERE hash = ?'
export const touchSql = 'UPDATE entries SET uses = uses + 1, used = ? WHERE hash IN (SELECT value FROM json_each(?))'
export const deleteSql = 'DELETE FROM entries WHERE hash IN (SELECT value FROM json_each(?)) RETURNING id'
export const expireSql = 'DELETE FROM entries WHERE expires <= ?'
export const hottestSql = `SELECT entries.key, envelope FROM entries JOIN bodies USING (id)
  WHERE expires > ? ORDER BY uses * weight DESC, used DESC LIMIT ?`

const selected = `(?1 IS NULL OR model = ?1) AND (?2 IS NULL OR provider = ?2)
  AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE json_each.value = ?3)) AND (?4 IS NULL OR user = ?4)`

export const removeSql = `DELETE FROM entries WHERE ${selected} RETURNING id`

export const countSql = `SELECT count(*) AS count FROM entries WHERE ${selected}`

/*
 * The rows of least retention score: used least, longest ago, cheapest, per byte. They go until what is left is 95 % of what
 * may be there, so that this happens seldom, and in portions, so that look-ups get their turn in between.
 */
export const coldestSql = `SELECT hash FROM (
  SELECT hash, SUM(bytes) OVER (ORDER BY uses * weight / ((1 + MAX(0, ?1 - used) / 3600000.0) * bytes), id) AS upto FROM entries)
  WHERE upto <= (SELECT SUM(bytes) FROM entries) * ?2`

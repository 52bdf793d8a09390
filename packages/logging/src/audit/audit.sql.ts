/** The tables of the audit chain. */
export const auditSchema = `
CREATE TABLE IF NOT EXISTS audit_records (
  sequence INTEGER PRIMARY KEY,
  time_ms INTEGER NOT NULL,
  actor_id TEXT,
  actor_name TEXT,
  action TEXT NOT NULL,
  object TEXT,
  outcome TEXT NOT NULL,
  source TEXT,
  subject TEXT,
  details TEXT,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_records_time ON audit_records (time_ms);
CREATE INDEX IF NOT EXISTS audit_records_subject ON audit_records (subject) WHERE subject IS NOT NULL;
CREATE TABLE IF NOT EXISTS audit_anchors (
  kind TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (kind, sequence)
);
CREATE TABLE IF NOT EXISTS audit_subjects (
  lookup TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  used_at_ms INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_subjects_used ON audit_subjects (used_at_ms);
CREATE TABLE IF NOT EXISTS audit_sessions (
  id TEXT PRIMARY KEY,
  process INTEGER NOT NULL,
  opened_at_ms INTEGER NOT NULL
);`

export const recordColumns = [
  ...['sequence', 'time_ms', 'actor_id', 'actor_name', 'action', 'object', 'outcome', 'source', 'subject', 'details'],
  ...['previous_hash', 'hash'],
] as const

/** A select list that gives `AuditRecord`s. */
export const recordFields =
  'sequence, time_ms AS "timeMs", actor_id AS "actorId", actor_name AS "actorName", action, object, outcome, source, subject, details, ' +
  'previous_hash AS "previousHash", hash'

/** A select list that gives `AuditAnchor`s. */
export const anchorFields = 'kind, sequence, hash, time_ms AS "timeMs", signature'

/**
 * What makes each version of the database of the one before; `user_version` is how many have been done. Those that
 * were released are never changed.
 */
export const migrations: readonly string[] = [
  `
  -- name and what else users write is JSON: as bare text, SQLite would end it at a NUL.
  CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    search TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    submitted_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    restarts INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    autostop INTEGER NOT NULL,
    checkpointed INTEGER NOT NULL,
    name TEXT NOT NULL,
    due_at REAL,
    wanted TEXT,
    restart_history TEXT NOT NULL,
    process TEXT,
    savepoint TEXT,
    error TEXT,
    progress TEXT,
    result TEXT
  ) STRICT;
  CREATE INDEX jobs_listed ON jobs (number, status, search);
  -- Of those that are queued it is the queue.
  CREATE INDEX jobs_by_status ON jobs (status, priority DESC, number, search);
  CREATE INDEX jobs_ended ON jobs (ended_at, number) WHERE ended_at IS NOT NULL;

  -- Apart, because it may be long, and a job changes often.
  CREATE TABLE submissions (
    job INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    submission TEXT NOT NULL
  ) STRICT;

  CREATE TABLE program_files (
    job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
    hash TEXT NOT NULL,
    PRIMARY KEY (job, hash)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE transitions (
    job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    transition TEXT NOT NULL,
    PRIMARY KEY (job, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE checkpoints (
    job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
    location TEXT NOT NULL,
    id INTEGER NOT NULL,
    checkpoint TEXT NOT NULL,
    PRIMARY KEY (job, location)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE logs (
    job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    stream TEXT NOT NULL,
    text BLOB NOT NULL,
    PRIMARY KEY (job, seq)
  ) STRICT, WITHOUT ROWID;

  -- Events and keys outlive their job.
  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job TEXT NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_job ON events (job, id);

  CREATE TABLE idempotency_keys (
    key TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    job TEXT NOT NULL,
    at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX idempotency_keys_by_age ON idempotency_keys (at);

  CREATE TABLE tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at REAL NOT NULL,
    last_used_at REAL
  ) STRICT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN restarted_from TEXT;
  CREATE INDEX jobs_by_name ON jobs (name);
  `,
  `
  -- Events are named as they are on the wire.
  UPDATE events SET event = replace(replace(replace(replace(event,
    '"type":"job.transition"', '"type":"job_status_changed"'),
    '"type":"job.submitted"', '"type":"job_submitted"'),
    '"type":"job.checkpoint"', '"type":"job_checkpoint"'),
    '"type":"job.deleted"', '"type":"job_deleted"');

  -- Where a job runs, and what it is called there, in JSON; null: it is the server's own.
  ALTER TABLE jobs ADD COLUMN provider TEXT NOT NULL DEFAULT 'local';
  ALTER TABLE jobs ADD COLUMN external_id TEXT;
  CREATE UNIQUE INDEX jobs_by_external_id ON jobs (provider, external_id) WHERE external_id IS NOT NULL;
  CREATE INDEX jobs_active_elsewhere ON jobs (provider, number, id, external_id, status)
    WHERE external_id IS NOT NULL AND status IN ('pending', 'uploading', 'queued', 'running', 'stopping', 'restarting');
  DROP INDEX jobs_listed;
  CREATE INDEX jobs_listed ON jobs (submitted_at, number, status, search, provider);
  DROP INDEX jobs_by_status;
  -- Of those that are queued and the server's own it is the queue.
  CREATE INDEX jobs_by_status ON jobs (status, provider, priority DESC, number, search);

  CREATE TABLE foreign_jobs (
    job INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    -- JSON: what the provider tells beside what every job has.
    details TEXT NOT NULL,
    version REAL,
    refreshed_at INTEGER NOT NULL,
    -- JSON.
    refresh_error TEXT,
    -- Lines of its log that have been read from there.
    log_lines INTEGER NOT NULL
  ) STRICT;

  -- Jobs of providers that somebody has deleted here, so that the next sync does not bring them back.
  CREATE TABLE forgotten_jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    external_id TEXT NOT NULL,
    UNIQUE (provider, external_id)
  ) STRICT;

  CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    -- Milliseconds since the epoch.
    until REAL NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Webhooks that were received, verified, and are to be worked on; done ones are kept to know them again.
  CREATE TABLE received_webhooks (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    -- JSON.
    id TEXT NOT NULL,
    received_at REAL NOT NULL,
    -- JSON; null once it is done.
    body TEXT,
    -- JSON: why it cannot be worked on.
    error TEXT,
    UNIQUE (provider, id)
  ) STRICT;
  CREATE INDEX received_webhooks_waiting ON received_webhooks (number) WHERE body IS NOT NULL AND error IS NULL;
  CREATE INDEX received_webhooks_failed ON received_webhooks (number) WHERE error IS NOT NULL;
  CREATE INDEX received_webhooks_by_age ON received_webhooks (received_at);

  CREATE TABLE webhook_subscriptions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    -- JSON, without what the columns have.
    subscription TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    -- JSON, newest first.
    secrets TEXT NOT NULL,
    -- The last event that it has been told of, or that deliveries have been made of.
    position INTEGER NOT NULL,
    -- Events that were gone before their turn came.
    missed INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX webhook_subscriptions_behind ON webhook_subscriptions (position) WHERE enabled = 1;

  CREATE TABLE webhook_deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    subscription INTEGER NOT NULL REFERENCES webhook_subscriptions ON DELETE CASCADE,
    type TEXT NOT NULL,
    event INTEGER,
    job TEXT,
    status TEXT NOT NULL,
    created_at REAL NOT NULL,
    -- Null once it is over.
    due_at REAL,
    failures INTEGER NOT NULL,
    body TEXT NOT NULL,
    -- JSON: how each attempt went.
    attempts TEXT NOT NULL
  ) STRICT;
  CREATE INDEX webhook_deliveries_due ON webhook_deliveries (subscription, due_at, number)
    WHERE due_at IS NOT NULL;
  CREATE INDEX webhook_deliveries_next ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX webhook_deliveries_over ON webhook_deliveries (subscription, number) WHERE due_at IS NULL;
  CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (subscription, number, status);
  CREATE INDEX webhook_deliveries_by_status ON webhook_deliveries (status, number);
  `,
  `
  -- Figures of the server's own jobs over their lives.
  CREATE TABLE job_figures (
    job INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    -- Milliseconds that a point is about.
    span INTEGER NOT NULL,
    -- JSON, oldest first.
    points TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- Records that operators of the server's own jobs gave up.
  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
    node TEXT NOT NULL,
    -- JSON: its name.
    operator TEXT NOT NULL,
    state TEXT NOT NULL,
    -- The last checkpoint that had passed where it was given up.
    after INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    -- JSON: what lists have, and the rest.
    brief TEXT NOT NULL,
    more TEXT NOT NULL,
    -- The record and its key, in base64; null: they cannot be put back.
    parcel TEXT
  ) STRICT;
  CREATE INDEX dead_letters_of_jobs ON dead_letters (job, id, state, bytes, node, operator);
  CREATE INDEX dead_letters_replaying ON dead_letters (job, id) WHERE state = 'replaying';
  CREATE TABLE dead_letter_counts (
    job INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    replayed INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0,
    not_kept INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  `,
]

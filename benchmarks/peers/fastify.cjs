// The usual way in Node: Fastify and better-sqlite3 (WAL, synchronous=FULL), the same signature check, one commit a request.
"use strict";

const { createHmac, timingSafeEqual } = require("node:crypto");
const { createRequire } = require("node:module");
const installed = createRequire(`${process.env.NODE_HOME}/`);
const fastify = installed("fastify")();
const Database = installed("better-sqlite3");

const key = process.env.RETELL_API_KEY;
const database = new Database(process.env.DATABASE_FILE);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.pragma("foreign_keys = ON");
database.pragma("wal_autocheckpoint = 4000");
database.exec(`
  CREATE TABLE inbox (id INTEGER PRIMARY KEY, idempotency_key TEXT NOT NULL UNIQUE, event TEXT NOT NULL,
    call_id TEXT NOT NULL, body BLOB NOT NULL, received_at INTEGER NOT NULL);
  CREATE INDEX by_call ON inbox (call_id);
  CREATE INDEX by_time ON inbox (received_at);
`);
const insert = database.prepare(
  "INSERT OR IGNORE INTO inbox (idempotency_key, event, call_id, body, received_at) VALUES (?, ?, ?, ?, ?)",
);

function genuine(body, header, now) {
  const [, stamp, digest] = /^v=(\d{1,19}),d=([0-9a-f]{64})$/.exec(header ?? "") ?? [];
  if (stamp === undefined || Math.abs(now - Number(stamp)) > 300_000) return false;
  const expected = createHmac("sha256", key).update(body).update(stamp).digest();
  return timingSafeEqual(expected, Buffer.from(digest, "hex"));
}

fastify.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

fastify.post("/webhooks/retell", (request, reply) => {
  const now = Date.now();
  if (!genuine(request.body, request.headers["x-retell-signature"], now)) return reply.code(401).send();
  const { event, call } = JSON.parse(request.body);
  insert.run(`${event}:${call.call_id}`, event, call.call_id, request.body, now);
  return reply.code(204).send();
});

fastify.listen({ host: "127.0.0.1", port: 0, backlog: 1024 }).then((url) => console.log(JSON.stringify({ url })));

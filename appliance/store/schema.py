"""The tables. Times are Unix milliseconds; dates and wall times are ISO text; lists are JSON text.

Both databases carry the same schema. `tests/store/test_migrations.py` fails when a migration and this page differ.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    false,
    text,
    true,
)

from appliance.store.codec import Prose, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)


def _restaurant_fk(*, index: bool = False) -> Column[str]:
    return Column("restaurant_id", Words, ForeignKey("restaurants.id", ondelete="CASCADE"), nullable=False, index=index)


# --- tenants ---------------------------------------------------------------------------------------------------------

restaurants = Table(
    "restaurants",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("plan", Words, nullable=False),
    Column("timezone", Words, nullable=False),
    Column("locale", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("phone", Words, nullable=False),
    Column("region", Words, nullable=False),
    Column("max_party", Integer, nullable=False),
    Column("event_party", Integer, nullable=False),
    Column("min_notice_minutes", Integer, nullable=False),
    Column("horizon_days", Integer, nullable=False),
    Column("buffer_minutes", Integer, nullable=False),
    Column("high_chairs", Integer),
    Column("deposit_cents", Integer, nullable=False),
    Column("transfer_number", Words, nullable=False),
    Column("transfer_when", Words, nullable=False),
    Column("grace_minutes", Integer, nullable=False),
    Column("waitlist_minutes", Integer, nullable=False),
    Column("guest_days", Integer, nullable=False),
    Column("call_days", Integer, nullable=False),
    Column("notify_url", Words, nullable=False),
    Column("plan_until", Words),
    Column("api_requests", Integer),
    Column("enforce_webhooks", Boolean, nullable=False, server_default=false()),
    # That of all restaurants (below) at its own last change: one that is added again has none that it had before.
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

# One row, counted up by every transaction that changes a restaurant: neither clocks nor what is compared can hide one.
restaurants_revision = Table(
    "restaurants_revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
)

areas = Table(
    "areas",
    metadata,
    Column("id", Words, primary_key=True),
    _restaurant_fk(),
    Column("name", Words, nullable=False),
    Column("synonyms", Prose, nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint("restaurant_id", "name"),
)

tables = Table(
    "tables",
    metadata,
    Column("id", Words, primary_key=True),
    _restaurant_fk(),
    Column("area_id", Words, ForeignKey("areas.id", ondelete="CASCADE"), nullable=False),
    Column("name", Words, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("min_party", Integer, nullable=False),
    Column("shifts", Prose, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("accessible", Boolean, nullable=False),
    Column("out_from", Words),
    Column("out_until", Words),
    Column("position", Integer, nullable=False),
    UniqueConstraint("restaurant_id", "name"),
)

combinations = Table(
    "combinations",
    metadata,
    Column("id", Words, primary_key=True),
    _restaurant_fk(index=True),
    Column("capacity", Integer, nullable=False),
)

combination_tables = Table(
    "combination_tables",
    metadata,
    Column("combination_id", Words, ForeignKey("combinations.id", ondelete="CASCADE"), nullable=False),
    Column("table_id", Words, ForeignKey("tables.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("combination_id", "table_id"),
)

# With a `date`, the hours of that date in place of its weekday's.
shifts = Table(
    "shifts",
    metadata,
    Column("id", Integer, primary_key=True),
    _restaurant_fk(index=True),
    Column("weekday", Integer, nullable=False),
    Column("date", Words),
    Column("name", Words, nullable=False),
    Column("opens", Integer, nullable=False),
    Column("last_seating", Integer, nullable=False),
    Column("closes", Integer, nullable=False),
    Column("turn_minutes", Integer, nullable=False),
    Column("step_minutes", Integer, nullable=False),
    Column("starts", Prose, nullable=False),
    Column("turns", Prose, nullable=False),
    Column("max_covers", Integer, nullable=False),
)

closures = Table(
    "closures",
    metadata,
    Column("id", Integer, primary_key=True),
    _restaurant_fk(index=True),
    Column("date", Words, nullable=False),
    Column("shift", Words),
    Column("reason", Words, nullable=False),
)

voice_agents = Table(
    "voice_agents",
    metadata,
    Column("provider", Words, nullable=False),
    Column("agent_id", Words, nullable=False),
    _restaurant_fk(index=True),
    PrimaryKeyConstraint("provider", "agent_id"),
)

phone_numbers = Table(
    "phone_numbers",
    metadata,
    Column("number", Words, primary_key=True),
    _restaurant_fk(index=True),
)

# --- guests and the book ---------------------------------------------------------------------------------------------

# `name_key` is the name as it is searched for, without accents and capitals.
customers = Table(
    "customers",
    metadata,
    Column("id", Words, primary_key=True),
    _restaurant_fk(),
    Column("phone", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("name_key", Words, nullable=False),
    Column("vip", Boolean, nullable=False),
    Column("needs", Prose, nullable=False),
    # Which of the needs the last call that told new ones was the first to tell: what it takes back is forgotten.
    Column("told", Prose),
    Column("notes", Prose, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("restaurant_id", "phone"),
    Index(None, "restaurant_id", "name_key"),
    Index(None, "restaurant_id", "updated_at"),
)

STRANGERS = text("customer_id IS NULL AND (name <> '' OR phone <> '' OR notes <> '' OR needs <> '[]' OR call_id <> '')")
"""Which bookings say something of a person and belong to no guest, whose last visit would tell when to forget them.

Whoever looks for them must use these very words, or neither database will see that the index is meant.
"""

reservations = Table(
    "reservations",
    metadata,
    Column("id", Words, primary_key=True),
    _restaurant_fk(),
    Column("customer_id", Words, ForeignKey("customers.id", ondelete="SET NULL")),
    Column("date", Words, nullable=False),
    Column("time", Words, nullable=False),
    Column("shift", Words, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("free_at", BigInteger, nullable=False),
    Column("party_size", Integer, nullable=False),
    Column("status", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("phone", Words, nullable=False),
    Column("area_id", Words, nullable=False),
    Column("area_wished", Boolean, nullable=False),
    Column("notes", Prose, nullable=False),
    Column("needs", Prose, nullable=False),
    Column("high_chairs", Integer, nullable=False),
    Column("deposit_cents", Integer, nullable=False),
    Column("pending_until", BigInteger),
    Column("seated_at", BigInteger),
    Column("source", Words, nullable=False),
    Column("call_id", Words, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index(None, "restaurant_id", "date"),
    Index(None, "restaurant_id", "starts_at"),
    Index(None, "restaurant_id", "phone"),
    Index(None, "customer_id"),
    # What time alone may change: an offer nobody took, a party that has left.
    Index(
        "ix_reservations_pending_until",
        "pending_until",
        sqlite_where=text("pending_until IS NOT NULL"),
        postgresql_where=text("pending_until IS NOT NULL"),
    ),
    Index(
        "ix_reservations_seated_ends_at",
        "ends_at",
        sqlite_where=text("status = 'seated'"),
        postgresql_where=text("status = 'seated'"),
    ),
    Index(
        "ix_reservations_strangers", "restaurant_id", "starts_at", sqlite_where=STRANGERS, postgresql_where=STRANGERS
    ),
    Index(None, "call_id"),
    Index(None, "created_at"),
)

reservation_tables = Table(
    "reservation_tables",
    metadata,
    Column("reservation_id", Words, ForeignKey("reservations.id", ondelete="CASCADE"), nullable=False),
    Column("table_id", Words, ForeignKey("tables.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("reservation_id", "table_id"),
)

# Promise 3 lives here: a table can be held once in any quarter of an hour, whoever asks and from wherever. A row
# is there exactly while a reservation in a holding state covers that quarter.
table_claims = Table(
    "table_claims",
    metadata,
    Column("table_id", Words, ForeignKey("tables.id", ondelete="CASCADE"), nullable=False),
    Column("quarter", Integer, nullable=False),
    Column("reservation_id", Words, ForeignKey("reservations.id", ondelete="CASCADE"), nullable=False, index=True),
    _restaurant_fk(),
    PrimaryKeyConstraint("table_id", "quarter"),
    Index(None, "restaurant_id", "quarter"),
    sqlite_with_rowid=False,
)

# Who would like a table that was not free. `minutes` (JSON) are the starts wished for, counted from midnight of `date`.
# `state`: waiting, offered (`reservation_id` is the pending booking kept for them), booked, missed, left.
waitlist = Table(
    "waitlist",
    metadata,
    Column("id", Words, primary_key=True),
    _restaurant_fk(),
    Column("customer_id", Words, ForeignKey("customers.id", ondelete="SET NULL"), index=True),
    Column("date", Words, nullable=False),
    Column("minutes", Prose, nullable=False),
    Column("party_size", Integer, nullable=False),
    Column("area_id", Words, nullable=False),
    Column("accessible", Boolean, nullable=False),
    Column("high_chairs", Integer, nullable=False),
    Column("name", Words, nullable=False),
    Column("phone", Words, nullable=False),
    Column("notes", Prose, nullable=False),
    Column("needs", Prose, nullable=False),
    Column("state", Words, nullable=False),
    Column("reservation_id", Words, nullable=False),
    Column("call_id", Words, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index(None, "restaurant_id", "date"),
    # Whoever waits is looked for every minute, and those who no longer do are many more.
    Index(
        "ix_waitlist_waiting",
        "restaurant_id",
        "date",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(None, "restaurant_id", "phone"),
    Index(None, "reservation_id"),
    Index(None, "call_id"),
)

# What a caller wants somebody to know. `about` is message, callback, or wish: a booking that could not be understood.
messages = Table(
    "messages",
    metadata,
    Column("id", Words, primary_key=True),
    _restaurant_fk(),
    Column("about", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("phone", Words, nullable=False),
    Column("text", Prose, nullable=False),
    Column("call_id", Words, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("handled_at", BigInteger),
    Index(None, "restaurant_id", "created_at"),
    Index(None, "call_id"),
)

# Calls handed over to a person, each `attempt` of a call once. `outcome` is domain.handover's, as the platform's events
# tell.
transfers = Table(
    "transfers",
    metadata,
    Column("id", Words, primary_key=True),
    _restaurant_fk(),
    Column("call_id", Words, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("number", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("requested_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("call_id", "restaurant_id", "attempt"),
    Index(None, "restaurant_id", "requested_at"),
)

# --- calls -----------------------------------------------------------------------------------------------------------

# `guest_number` is whichever of the two numbers is not the restaurant's; `erased_at` says since when nothing is kept
# of what was said.
calls = Table(
    "calls",
    metadata,
    Column("provider", Words, nullable=False),
    Column("call_id", Words, nullable=False),
    Column("restaurant_id", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("phase", Words, nullable=False),
    Column("direction", Words),
    Column("from_number", Words),
    Column("to_number", Words),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("duration_ms", BigInteger),
    Column("ended_because", Words),
    Column("summary", Prose),
    Column("sentiment", Words),
    Column("successful", Boolean),
    Column("cost_cents", Double),
    Column("guest_number", Words),
    Column("erased_at", BigInteger),
    Column("state", Prose, nullable=False),
    Column("first_seen_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("provider", "call_id"),
    Index(None, "restaurant_id", "guest_number"),
    Index(
        "ix_calls_told",
        "restaurant_id",
        "first_seen_at",
        sqlite_where=text("erased_at IS NULL"),
        postgresql_where=text("erased_at IS NULL"),
    ),
    Index(None, "restaurant_id", "first_seen_at"),
    Index(None, "restaurant_id", "call_id"),
    Index(None, "first_seen_at"),
)

call_events = Table(
    "call_events",
    metadata,
    Column("inbox_id", Words, primary_key=True),
    Column("provider", Words, nullable=False),
    Column("call_id", Words, nullable=False),
    Column("event", Words, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("applied_at", BigInteger, nullable=False),
    Index(None, "provider", "call_id"),
)

tool_calls = Table(
    "tool_calls",
    metadata,
    Column("id", Words, primary_key=True),
    Column("restaurant_id", Words, nullable=False),
    Column("call_id", Words, nullable=False),
    Column("tool", Words, nullable=False),
    Column("arguments", Prose, nullable=False),
    Column("answer", Prose, nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("code", Words, nullable=False),
    Column("replayed", Boolean, nullable=False),
    Column("duration_us", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("caller", Words, nullable=False),
    Index(None, "call_id"),
    Index(None, "restaurant_id", "at"),
)

# Promise 2 for the live tools: at most one standing answer an intent. `undone` answers (the booking was cancelled
# since) no longer stand, but still answer a retry of the very same invocation.
tool_answers = Table(
    "tool_answers",
    metadata,
    Column("id", Words, primary_key=True),
    Column("intent", Words, nullable=False),
    Column("tool_call_id", Words, nullable=False),
    Column("restaurant_id", Words, nullable=False),
    Column("call_id", Words, nullable=False),
    Column("tool", Words, nullable=False),
    Column("reservation_id", Words, nullable=False),
    Column("answer", Prose, nullable=False),
    Column("undone", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(
        "uq_tool_answers_standing_intent",
        "intent",
        unique=True,
        sqlite_where=text("NOT undone"),
        postgresql_where=text("NOT undone"),
    ),
    Index(None, "intent"),
    Index(None, "call_id"),
    Index(None, "reservation_id"),
    Index(None, "restaurant_id", "created_at"),
)

# --- work ------------------------------------------------------------------------------------------------------------

inbox = Table(
    "inbox",
    metadata,
    Column("id", Words, primary_key=True),
    Column("idempotency_key", Words, nullable=False),
    Column("provider", Words, nullable=False),
    Column("event", Words, nullable=False),
    Column("call_id", Words, nullable=False),
    Column("restaurant_id", Words),
    Column("headers", Prose, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("applied_at", BigInteger),
    # Last: whatever stands behind a body is only reached by reading through it.
    Column("body", LargeBinary, nullable=False),
    # A key names its call, so that one index serves both: each over what comes in any order costs a page for a row.
    UniqueConstraint("call_id", "idempotency_key"),
)

# Work to be done; a row goes when it is done. `state`: ready, running, dead (gave up; `error` says why), held
# (waits for a person, e.g. an event of an unknown restaurant). Ids sort by age. Tasks with the same `lock` run one
# at a time, oldest first.
tasks = Table(
    "tasks",
    metadata,
    Column("id", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("lock", Words, nullable=False),
    Column("restaurant_id", Words, nullable=False),
    Column("payload", Prose, nullable=False),
    Column("state", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run_at", BigInteger, nullable=False),
    Column("lease", Words),
    Column("lease_until", BigInteger),
    Column("error", Prose),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_tasks_claim", "kind", "state", "restaurant_id", "run_at", "id"),
    Index("ix_tasks_lock", "lock", "id"),
)

ARRIVING = ("id", "idempotency_key", "provider", "event", "call_id", "restaurant_id", "headers", "received_at", "body")
"""What of an event is there when it arrives."""

SQLITE_ARRIVALS = (
    """
    CREATE TEMP VIEW arrivals AS
    SELECT inbox.*, kind, lock, state, error FROM inbox JOIN tasks ON tasks.id = inbox.id
    """,
    f"""
    CREATE TEMP TRIGGER arrive INSTEAD OF INSERT ON arrivals BEGIN
        INSERT INTO inbox ({", ".join(ARRIVING)}) VALUES (new.{", new.".join(ARRIVING)})
        ON CONFLICT (call_id, idempotency_key) DO NOTHING;
        INSERT INTO tasks (id, kind, lock, restaurant_id, payload, state, attempts, run_at, error, created_at)
        SELECT id, new.kind, new.lock, COALESCE(restaurant_id, ''), '', new.state, 0,
               received_at, new.error, received_at
        FROM inbox WHERE id = new.id;
    END
    """,  # noqa: S608 — constants only
)
"""An event and its task, for a connection that stores both in one statement: the task only where the event is new.

Postgres says so in the statement itself.
"""

# `subject` is the id of what a message is about.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Words, primary_key=True),
    Column("restaurant_id", Words, nullable=False),
    Column("topic", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("destination", Words, nullable=False),
    Column("payload", Prose, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("delivered_at", BigInteger),
    Index(None, "restaurant_id", "created_at"),
    Index(None, "subject"),
)

# How far something has been gone through: an instant (Unix ms) for each name.
watermarks = Table(
    "watermarks",
    metadata,
    Column("name", Words, primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# --- watching --------------------------------------------------------------------------------------------------------

# A minute of what a process (`node`, new at each start) served a restaurant, or all of them ('') with its machine: the
# rows of several nodes add up. `minute` is its beginning; a restaurant has none in which nothing was asked. The times
# (JSON) are durations by range, so that the percentiles of an hour can be told from its minutes.
rollups = Table(
    "rollups",
    metadata,
    Column("restaurant_id", Words, nullable=False),
    Column("minute", BigInteger, nullable=False),
    Column("node", Words, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("request_times", Prose, nullable=False),
    Column("tools", Integer, nullable=False),
    Column("tool_failures", Integer, nullable=False),
    Column("tool_times", Prose, nullable=False),
    Column("cpu", Double),
    Column("memory", Double),
    Column("loop_lag_ms", Double),
    PrimaryKeyConstraint("restaurant_id", "minute", "node"),
    Index(None, "minute"),
    sqlite_with_rowid=False,
)

# Something is not well: one episode of a rule, of a restaurant or the platform (empty). Times are 0 for never. Whoever
# changes a row makes its `revision` one more, and only the one that was read: of several nodes one does it.
alerts = Table(
    "alerts",
    metadata,
    Column("id", Words, primary_key=True),
    Column("rule", Words, nullable=False),
    Column("restaurant_id", Words, nullable=False),
    Column("level", Words, nullable=False),
    Column("value", Double, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("critical_at", BigInteger, nullable=False),
    Column("acknowledged_at", BigInteger, nullable=False),
    Column("acknowledged_by", Words, nullable=False),
    Column("resolved_at", BigInteger, nullable=False),
    Column("resolved_by", Words, nullable=False),
    Column("told", Words, nullable=False),
    Column("told_at", BigInteger, nullable=False),
    Column("escalated_at", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(
        "uq_alerts_going_on",
        "rule",
        "restaurant_id",
        unique=True,
        sqlite_where=text("resolved_at = 0"),
        postgresql_where=text("resolved_at = 0"),
    ),
    Index(None, "resolved_at"),
    Index(None, "restaurant_id", "opened_at"),
)

# --- access ----------------------------------------------------------------------------------------------------------

# An operator reaches every restaurant; everybody else belongs to one. Without a `password_hash` there is no signing in,
# only tokens.
users = Table(
    "users",
    metadata,
    Column("id", Words, primary_key=True),
    Column("email", Words, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("restaurant_id", Words, ForeignKey("restaurants.id", ondelete="CASCADE"), index=True),
    Column("password_hash", Words),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("(role = 'operator') = (restaurant_id IS NULL)", name="reach"),
)

# Somebody signed in. `expires_at` moves on with each refresh, `ends_at` does not.
sessions = Table(
    "sessions",
    metadata,
    Column("id", Words, primary_key=True),
    Column("user_id", Words, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("address", Words, nullable=False),
    Column("agent", Words, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("refreshed_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("ends_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

# Each works once. One that comes again was stolen, or its thief was faster: its session ends.
refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_sha256", Words, primary_key=True),
    Column("session_id", Words, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("used_at", BigInteger),
)

# What somebody shows beside the password. `sealed`: the secret, under a key that is not in the database.
factors = Table(
    "factors",
    metadata,
    Column("user_id", Words, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("enabled_at", BigInteger),
    Column("last_step", BigInteger, nullable=False),
)

# Those that are still good; one that was used is gone.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", Words, ForeignKey("factors.user_id", ondelete="CASCADE"), primary_key=True),
    Column("code_sha256", Words, primary_key=True),
)

# What access tokens are signed with: the newest signs, the others are believed until `expires_at`.
signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", Words, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
)

# Of machines. `scopes`: the permissions it carries, of those its user has; empty means all.
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Words, primary_key=True),
    Column("user_id", Words, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Words, nullable=False, server_default=""),
    Column("token_sha256", Words, nullable=False, unique=True),
    Column("scopes", Words, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("last_used_at", BigInteger),
)

# Who changed what. Triggers of the migration refuse every change to a row, and its removal.
audit = Table(
    "audit",
    metadata,
    Column("id", Words, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("restaurant_id", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("before", Prose, nullable=False),
    Column("after", Prose, nullable=False),
    Index(None, "restaurant_id", "id"),
)

feed_tokens = Table(
    "feed_tokens",
    metadata,
    Column("restaurant_id", Words, ForeignKey("restaurants.id", ondelete="CASCADE"), primary_key=True),
    Column("token_sha256", Words, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

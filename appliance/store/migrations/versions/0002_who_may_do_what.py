"""Who may do what: people of restaurants, sessions, keys, tokens with scopes"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("restaurant_id", sa.String()))
        users.add_column(sa.Column("password_hash", sa.String()))
        users.add_column(sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
        users.create_foreign_key(
            op.f("fk_users_restaurant_id_restaurants"), "restaurants", ["restaurant_id"], ["id"], ondelete="CASCADE"
        )
        users.create_check_constraint(op.f("ck_users_reach"), "(role = 'operator') = (restaurant_id IS NULL)")
        users.create_index(op.f("ix_users_restaurant_id"), ["restaurant_id"])
    with op.batch_alter_table("api_tokens") as tokens:
        tokens.add_column(sa.Column("name", sa.String(), nullable=False, server_default=""))
        tokens.add_column(sa.Column("scopes", sa.String(), nullable=False, server_default=""))
        tokens.add_column(sa.Column("expires_at", sa.BigInteger()))
        tokens.add_column(sa.Column("last_used_at", sa.BigInteger()))
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("refreshed_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"])
    op.create_table(
        "refresh_tokens",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_refresh_tokens_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_refresh_tokens")),
    )
    op.create_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"])
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
    )

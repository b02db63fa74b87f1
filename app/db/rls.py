"""The second fence: row-level security. Migrations call this for every table of a shop.

Source: docs/decisions/0004; the policy's form is the one that stayed free of cost for 500 shops
(an empty setting must not be cast, and `= any(...)` doubled the time of a batch).
"""

ROLE = "tribute_app"
"""The role that serve and worker take: neither owner nor superuser, and it cannot bypass the policies."""

VISIBLE = "shop_id in (select unnest(nullif(current_setting('app.shop_ids', true), '')::bigint[]))"


def fence(table: str) -> list[str]:
    """Statements that fence one table; run by a migration."""
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy {table}_of_shop on {table} using ({VISIBLE}) with check ({VISIBLE})",
    ]


def append_only(table: str) -> list[str]:
    """Statements that let rows of a table be added and nothing else, whoever asks.

    A row trigger would let TRUNCATE through; statement triggers see all three.
    """
    return [
        f"create trigger {table}_append_only before update or delete or truncate on {table} for each statement execute function refuse_change()",
        f"revoke update, delete, truncate on {table} from {ROLE}",
    ]


REFUSE_CHANGE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name = 'decisions' and current_setting('app.erasing', true) = 'decisions' then
    return null;
  end if;
  raise exception '% on % is refused: rows are only ever added; post a reversal instead', tg_op, tg_table_name
    using errcode = 'restrict_violation';
end $$
"""

ERASE_DECISIONS = """
create function erase_decisions(erased bigint) returns void
language plpgsql security definer set search_path = public as $$
begin
  if not exists (select from shops where id = erased and status = 'redacted') then
    raise exception 'the decisions of shop % are kept: it was not erased', erased using errcode = 'restrict_violation';
  end if;
  perform set_config('app.erasing', 'decisions', true);
  update decisions set subject = '', actor = '', facts = '{}' where shop_id = erased;
  perform set_config('app.erasing', '', true);
end $$
"""
"""The one change to the decision log: a shop's erasure empties its rows (decision 0013). The app's role may
not update them itself; this function, which runs as the owner, looks first whether the shop was erased."""

"""A job that is tried again gives up its place in the queue when another with its key took it meanwhile.

The unique key of waiting jobs refused the retry else: the job stayed under way for ever, and everything with
its lock behind it (procrastinate issues 1446 and 1543). Both may run then, which every job bears. The lock
is for a key that somebody is about to queue: it is waited for, so that it is seen.
"""

from alembic import op

revision = "20261122_1850"
down_revision = "20261122_1840"
branch_labels = None
depends_on = None

GIVE_WAY = """
create function give_way_to_waiting_job() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('queueing ' || new.queueing_lock, 0));
  if tg_op = 'UPDATE' and exists (
      select from procrastinate_jobs
      where queueing_lock = new.queueing_lock and status = 'todo' and id <> new.id) then
    new.queueing_lock := null;
  end if;
  return new;
end $$
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.execute(GIVE_WAY)
    op.execute(
        "create trigger tribute_take_place before insert on procrastinate_jobs "
        "for each row when (new.queueing_lock is not null) execute function give_way_to_waiting_job()"
    )
    op.execute(
        "create trigger tribute_give_way before update of status on procrastinate_jobs for each row "
        "when (new.queueing_lock is not null and new.status = 'todo' and old.status <> 'todo') "
        "execute function give_way_to_waiting_job()"
    )

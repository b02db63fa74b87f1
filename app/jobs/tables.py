"""What the queue itself does not keep: why a job was given up."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class JobFailure(Base):
    """A job that was given up, with the reason as a sentence. Global, as the queue is."""

    __tablename__ = "job_failures"
    job_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Procrastinate's id; retrying the job there removes this row once it succeeds."""
    name: Mapped[str]
    """`room.verb` of the job."""
    shop_id: Mapped[int | None]
    """The shop it was about, when its arguments name one."""
    attempts: Mapped[int]
    sentence: Mapped[str]
    """What happened and what to do; never a secret, never a stack trace."""
    failed_at: Mapped[datetime]

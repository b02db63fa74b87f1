"""What the queue itself does not keep: why a job was given up."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class JobFailure(Base):
    """A job whose last try failed, with the reason as a sentence. Global, as the queue is."""

    __tablename__ = "job_failures"
    job_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Procrastinate's id. The row goes when the job succeeds."""
    name: Mapped[str]
    """`room.verb` of the job."""
    shop_id: Mapped[int | None]
    """The shop it was about, when its arguments name one."""
    attempts: Mapped[int]
    sentence: Mapped[str]
    """What happened and what to do; never a secret, never a stack trace."""
    failed_at: Mapped[datetime]
    retry_at: Mapped[datetime | None]
    """When it is tried again; null when it was given up and waits for a person."""

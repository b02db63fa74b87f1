"""Ours: what anybody can write by hand, or a spreadsheet of their own."""

from app.commissions.import_rows import Format, states

PLUGIN = Format(
    label="Tribute's own columns",
    app="the other app",
    columns={
        "creator": ("creator",),
        "commission": ("commission",),
        "order": ("order",),
        "id": ("id", "order"),
        "at": ("earned_at",),
        "currency": ("currency",),
        "status": ("status",),
    },
    needs=("creator", "commission", "order", "at"),
    states=states(pending="pending", approved="approved", paid="paid", denied="denied"),
)

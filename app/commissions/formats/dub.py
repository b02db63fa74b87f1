"""Dub: the export of commissions, with the column of the partner's e-mail switched on."""

from app.commissions.import_rows import Format, states

PLUGIN = Format(
    label="Dub commissions",
    app="Dub",
    columns={
        "creator": ("partner_email",),
        "commission": ("earnings",),
        "order": ("invoice_id",),
        "id": ("id",),
        "at": ("created_at",),
        "currency": ("currency",),
        "status": ("status",),
    },
    needs=("creator", "commission", "id", "at"),
    states=states(
        pending="pending hold", approved="processed", paid="paid", denied="refunded duplicate fraud canceled"
    ),
    counts_cents=True,
)

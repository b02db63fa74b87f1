"""Refersion: conversions. Its spelling of headers was not seen; these are its names in words."""

from app.commissions.import_rows import Format, states

PLUGIN = Format(
    label="Refersion conversions",
    app="Refersion",
    columns={
        "creator": ("affiliate_email", "email"),
        "commission": ("commission", "commission_total", "commission_amount"),
        "order": ("order_id", "order_number"),
        "id": ("conversion_id", "id", "order_id"),
        "at": ("created", "created_at", "conversion_date", "date"),
        "currency": ("currency",),
        "status": ("status",),
    },
    needs=("creator", "commission", "order", "at"),
    dates=("%Y-%m-%d %H:%M:%S", "%Y-%m-%d"),
    states=states(
        pending="pending unqualified", approved="approved qualified", paid="paid", denied="denied canceled"
    ),
)

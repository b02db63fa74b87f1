"""GoAffPro: the file of its order import, with the blank before order_date that its own sample has."""

from app.commissions.import_rows import Format, states

PLUGIN = Format(
    label="GoAffPro orders",
    app="GoAffPro",
    columns={
        "creator": ("affiliate_email",),
        "commission": ("affiliate_commission",),
        "order": ("order_number", "order_id"),
        "id": ("order_id",),
        "at": ("order_date",),
        "currency": ("currency",),
        "status": ("status",),
    },
    needs=("creator", "commission", "order", "id", "at"),
    dates=("%d/%m/%y %H:%M", "%d/%m/%Y %H:%M", "%d/%m/%y", "%d/%m/%Y"),
    states=states(pending="pending", approved="approved", paid="paid", denied="rejected denied"),
)

"""UpPromote: referrals. Only the first three columns are sure to be there."""

from app.commissions.import_rows import Format, states

PLUGIN = Format(
    label="UpPromote referrals",
    app="UpPromote",
    columns={
        "creator": ("email", "affiliate_email"),
        "commission": ("commission_amount", "commission"),
        "order": ("order_number", "order_id"),
        "id": ("id", "order_id", "order_number"),
        "at": ("created_at",),
        "currency": ("currency",),
        "status": ("status",),
    },
    needs=("creator", "commission"),
    dates=("%Y-%m-%d %H:%M:%S", "%Y-%m-%d"),
    states=states(pending="pending", approved="approved", paid="paid", denied="denied rejected"),
)

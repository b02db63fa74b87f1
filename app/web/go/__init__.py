"""GET /r/<slug>: the one address of ours that shoppers see. It records the visit and sends them on."""

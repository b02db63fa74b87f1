"""The pretend PayPal: `routes.register` hangs it on the devstore under /pretend/paypal."""

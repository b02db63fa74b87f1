"""The pretend Stripe: `register` hangs it on the devstore under /pretend/stripe."""

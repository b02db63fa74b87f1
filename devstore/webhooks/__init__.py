"""How the app hears of things: subscriptions, signatures, a courier that repeats, shuffles and loses on demand."""

"""Leads: sign-ups, requests and installs that creators brought, as they were told, and what people said of them."""

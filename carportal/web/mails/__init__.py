"""A person's page about its own mail: which come, how soon, and which CARs are snoozed."""

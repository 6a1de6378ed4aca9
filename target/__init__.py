"""The way to a target: profiles, access tokens, the one HTTP client, test hooks, provisioning, clean-up."""

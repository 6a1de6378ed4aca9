"""What a loop of load costs the process that makes it, beside Locust's own users."""

"""What changes while somebody looks at a day: found once per process, sent to each page."""

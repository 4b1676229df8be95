"""What Openslot's speed is held to, measured over loopback HTTP. `bin/bench` runs it."""

"""The control API under `/__admin`: state, snapshots, sandboxes, journal, faults, stubs, time."""

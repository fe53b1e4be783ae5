"""From published text to one internal form: reading, references, versions, repair, overlays."""

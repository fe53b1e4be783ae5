"""What is promised: one compiled `Operation` for each method and path of a document."""

"""apidouble: a stateful test double for HTTP APIs, driven by their OpenAPI documents."""

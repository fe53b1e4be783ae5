// Starts Swagger UI on one API. What differs from page to page stands in the mount's data-config,
// so that the page needs no inline script.
"use strict";

const mount = document.getElementById("swagger-ui");
const config = JSON.parse(mount.dataset.config);
const select = document.getElementById("identity");

// "Try it out" calls as the chosen identity. A credential that the person set by hand, with
// Swagger UI's own Authorize dialog, is left as it is.
function asIdentity(request) {
  const identity = config.identities[Number(select?.value ?? -1)];
  if (!identity || request.loadSpec || new URL(request.url, location.href).origin !== location.origin) {
    return request;
  }
  const sent = new Set(Object.keys(request.headers).map((name) => name.toLowerCase()));
  for (const { in: place, name, value } of identity.send) {
    if (place === "header" && !sent.has(name.toLowerCase())) {
      request.headers[name] = value;
    } else if (place === "query") {
      const url = new URL(request.url, location.href);
      if (!url.searchParams.has(name)) {
        url.searchParams.set(name, value);
        request.url = url.href;
      }
    } else if (place === "cookie") {
      document.cookie = `${encodeURIComponent(name)}=${encodeURIComponent(value)}; path=/; SameSite=Lax`;
    }
  }
  return request;
}

window.ui = SwaggerUIBundle({
  url: config.url,
  domNode: mount,
  deepLinking: true,
  displayRequestDuration: true,
  // Large documents stay usable when everything is folded.
  docExpansion: config.operations > 60 ? "none" : "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  validatorUrl: null,
  oauth2RedirectUrl: new URL(config.redirect, location.href).href,
  requestInterceptor: asIdentity,
  presets: [SwaggerUIBundle.presets.apis],
});
window.ui.initOAuth({ clientId: "demo", usePkceWithAuthorizationCodeGrant: true });

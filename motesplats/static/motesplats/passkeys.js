// Passkeys: <form data-passkey="create|get|ask"> with a hidden field `credential`. Without WebAuthn the form stays hidden.
// create, get: the options stand in data-options. ask: they are fetched from the form's address.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// JSON has no bytes: the few fields that are bytes go through base64url, both ways.
function readOptions({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) options[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return options;
}

function writeCredential(made) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  if (made.response.getTransports) response.transports = made.response.getTransports();
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response,
    authenticatorAttachment: made.authenticatorAttachment,
    clientExtensionResults: made.getClientExtensionResults(),
  };
}

async function optionsOf(form) {
  if (form.dataset.passkey !== "ask") return JSON.parse(form.dataset.options);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`no passkey options: ${answer.status}`);
  return (await answer.json()).request_options;
}

async function credentialFor(form) {
  const publicKey = readOptions(await optionsOf(form));
  if (form.dataset.passkey !== "create") return navigator.credentials.get({ publicKey });
  // A passkey, not only a second key: it opens by itself and asks for finger, face or code.
  const wants = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  publicKey.authenticatorSelection = { ...publicKey.authenticatorSelection, ...wants };
  return navigator.credentials.create({ publicKey });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button");
  const trouble = form.querySelector("[role=alert]");
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    continue;
  }
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    trouble.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(writeCredential(await credentialFor(form)));
      form.submit();
    } catch (problem) {
      console.warn(problem);
      trouble.textContent = form.dataset.failed;
      trouble.hidden = false;
      button.disabled = false;
    }
  });
}

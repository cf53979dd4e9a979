// Signs a form with the person's passkey before it is sent, or makes a passkey.
//   <form data-sign="…/desk/sign">          asks there what to sign; sends itself with `signature`
//   <form data-passkey="…/desk/passkeys">   makes a passkey, and loads the page again
//   <button data-signs hidden>              is shown; another button of a form just sends it
// An element [role=alert] in the form says what went wrong.
"use strict";
const raw = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const b64 = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const ask = async (url, form, more) => {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const answer = await fetch(url, { method: "POST", body, credentials: "same-origin" });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail || said.title);
  return said;
};
const put = (form, name, value) => {
  const field = form.elements[name] || form.appendChild(document.createElement("input"));
  Object.assign(field, { type: "hidden", name, value });
};
const sign = async (form, button) => {
  const asked = await ask(form.dataset.sign, form, {});
  const ids = asked.allow.filter((one) => one.id).map((one) => ({ type: "public-key", id: raw(one.id) }));
  const made = await navigator.credentials.get({
    publicKey: {
      challenge: raw(asked.challenge), rpId: asked.rpId, allowCredentials: ids,
      userVerification: "required",
    },
  });
  const restored = asked.allow.find((one) => !one.id);  // from the log, which has no ids
  const used = asked.allow.find((one) => one.id === b64(made.rawId)) || restored;
  const { authenticatorData, clientDataJSON, signature } = made.response;
  put(form, "signature", JSON.stringify({
    key: used.key, act: asked.act, ...(asked.salt ? { salt: asked.salt } : {}),
    authenticatorData: b64(authenticatorData), clientDataJSON: b64(clientDataJSON),
    signature: b64(signature),
  }));
  if (button && button.name) put(form, button.name, button.value);
  form.submit();
};
const make = async (form) => {
  const asked = await ask(form.dataset.passkey, form, { step: "begin" });
  const publicKey = {
    ...asked, challenge: raw(asked.challenge), user: { ...asked.user, id: raw(asked.user.id) },
    excludeCredentials: asked.excludeCredentials.map((one) => ({ ...one, id: raw(one.id) })),
  };
  const { response } = await navigator.credentials.create({ publicKey });
  await ask(form.dataset.passkey, form, {
    step: "offer",
    registration: JSON.stringify({
      clientDataJSON: b64(response.clientDataJSON),
      attestationObject: b64(response.attestationObject),
    }),
  });
  location.reload();
};
if (window.PublicKeyCredential)
  for (const button of document.querySelectorAll("[data-signs]")) button.hidden = false;
document.addEventListener("submit", (event) => {
  const form = event.target;
  const does = form.dataset.sign ? sign : form.dataset.passkey ? make : null;
  if (!does || (event.submitter && !("signs" in event.submitter.dataset))) return;
  event.preventDefault();
  const place = form.querySelector("[role=alert]");
  if (place) place.textContent = "";
  does(form, event.submitter).catch((error) => {
    if (place) place.textContent = error.message;
  });
});

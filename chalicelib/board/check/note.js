// Signed notes, verifier keys and receipts (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
// A text that is not written in the one allowed way is refused: it throws an Error.

const bytesOf = (text) => new TextEncoder().encode(text);
const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
const same = (a, b) => a.length === b.length && a.every((byte, n) => byte === b[n]);
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

function unbase64(text) {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  if (base64(bytes) !== text) throw new Error("base64: " + text.slice(0, 60));
  return bytes;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

// name+hash+key: the name of who signs, four bytes of a hash, the kind (1 log, 4 witness) and key.
async function readKey(text) {
  const [, name, id, coded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) || [];
  if (!name) throw new Error("vkey: " + text.slice(0, 60));
  const raw = unbase64(coded);
  const digest = await sha256(bytesOf(name + "\n"), raw);
  const hex = [...digest.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== id || raw.length !== 33 || ![1, 4].includes(raw[0])) throw new Error("vkey: " + name);
  const key = await crypto.subtle.importKey("raw", raw.slice(1), { name: "Ed25519" }, false, ["verify"]);
  return { name, id: digest.slice(0, 4), kind: raw[0], key, raw };
}

function readNote(text) {
  const cut = text.lastIndexOf("\n\n");
  if (cut < 0 || !text.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(text)) throw new Error("note");
  const lines = text.slice(cut + 2, -1).split("\n").map((line) => {
    const [, name, coded] = /^— ([^+\s]+) (\S+)$/.exec(line) || [];
    if (!name) throw new Error("signature: " + line.slice(0, 60));
    const raw = unbase64(coded);
    return { name, id: raw.slice(0, 4), blob: raw.slice(4) };
  });
  return { text: text.slice(0, cut + 1), lines };
}

// Whether the key signed the note: false where it did not, the time (seconds) where it is a
// witness, true where it is not. A wrong signature by the key throws.
async function signedBy(note, key) {
  let found = false;
  for (const line of note.lines) {
    if (line.name !== key.name || !same(line.id, key.id)) continue;
    let message = bytesOf(note.text), signature = line.blob, time = true;
    if (key.kind === 4) {
      time = Number(new DataView(line.blob.buffer, line.blob.byteOffset).getBigUint64(0));
      message = bytesOf(`cosignature/v1\ntime ${time}\n${note.text}`);
      signature = line.blob.slice(8);
    }
    if (!(await crypto.subtle.verify({ name: "Ed25519" }, key.key, signature, message)))
      throw new Error("signature: " + key.name);
    found = found === false || time > found ? time : found;
  }
  return found;
}

function readCheckpoint(note) {
  const [origin, size, root, end, ...more] = note.text.split("\n");
  if (!/^(0|[1-9][0-9]{0,14})$/.test(size) || end !== "" || more.length) throw new Error("checkpoint");
  const checkpoint = { origin, size: Number(size), root: unbase64(root) };
  if (checkpoint.root.length !== 32) throw new Error("checkpoint");
  return checkpoint;
}

function readReceipt(note) {
  const [name, hash, at, by, end, ...more] = note.text.split("\n");
  const moment = /^(at|by) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z$/;
  if (!moment.test(at) || !moment.test(by) || end !== "" || more.length) throw new Error("receipt");
  return { name, hash: unbase64(hash), at: at.slice(3, -1), by: by.slice(3, -1) };
}

// Receipts: signed promises that an event is in the log by a moment. The entry is found by its time,
// so that nobody has to be asked where it is.

function answersIn(text) {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return [{ receipt: trimmed + "\n" }];
  const found = [];
  const walk = (part) => {
    if (Array.isArray(part)) part.forEach(walk);
    else if (part && typeof part.receipt === "string") found.push(part);
    else if (part && Array.isArray(part.results)) part.results.forEach(walk);
  };
  walk(JSON.parse(trimmed));
  return found;
}

// A moment of a receipt or an entry as clocks in China show it.
const inChina = (text) =>
  "北京时间 " + new Date(Date.parse(text.replace(/Z?$/, "Z")) + 8 * 3600e3).toISOString().slice(0, 19).replace("T", " ");

async function checkReceipts(view, text) {
  const isOne = /^\s*[[{]/.test(text) || text.includes("\n");
  const answers = isOne ? await typed(text, answersIn) : [];
  if (!answers.length)
    return view.say("read", null, "无法识别：请填写公开案号（c_…）、条目（如 c_….7）、序号，或整份回执", "cannot be read: give a case (c_…), an entry (such as c_….7), an index or a whole receipt");
  for (const answer of answers.slice(0, 20)) await checkReceipt(view, answer);
}

// Canonical JSON (RFC 8785): an act is whole numbers, texts, lists and objects.
const canonical = (value) =>
  Array.isArray(value) ? `[${value.map(canonical)}]`
  : value && typeof value === "object" ? `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)}}`
  : JSON.stringify(value);

// Whether the receipt is of the act that its own answer shows.
async function isOfItsAct({ event, disclosure }) {
  const raw = atob(disclosure.replace(/-/g, "+").replace(/_/g, "/"));
  const [, name, digest] = JSON.parse(textOf(Uint8Array.from(raw, (char) => char.charCodeAt(0))));
  const hash = await sha256(bytesOf(canonical(event)));
  return name !== "event_sha256" || digest === [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function checkReceipt(view, answer) {
  const { say, checkpoint } = view;
  const [note, receipt] = await typed(answer.receipt, (written) => [readNote(written), readReceipt(readNote(written))]);
  const keys = await Promise.all(view.receiptKeys.map(ownKey));
  if (isFromLink(view.asked, "receiptKeys"))
    say("receiptKey", null, "回执公钥来自打开本页的链接，可能由制作链接的人自行指定；请与政府公报等渠道公布的公钥核对", "the key of receipts came with the link: whoever made that could have chosen it; compare it with one from elsewhere");
  if (!keys.length)
    return say("receipt", null, "没有回执公钥，未能核对：请填写回执公钥", "no key of receipts is known, so it is not checked: give one");
  const signed = [];
  for (const key of keys)
    if (key.name === receipt.name && receipt.name === checkpoint.origin + "/receipt")
      signed.push(await signedBy(note, key).catch(() => false));
  const about = !answer.disclosure || same(await sha256(bytesOf(answer.disclosure)), receipt.hash);
  const right = signed.includes(true) && about;
  say("receipt", right,
    right ? `回执由本日志签发，承诺在${inChina(receipt.by)}前记入日志` : "回执并非本日志签发，或者与所附凭据不符",
    right ? `the receipt is the log's, promised by ${receipt.by}Z` : "the receipt is not this log's, or not about its disclosure");
  if (!right) return;
  if (answer.event && answer.disclosure) {
    const isSame = await isOfItsAct(answer);
    say("act", isSame,
      isSame ? "回执与所附行为相符" : "回执与所附行为不符，属于另一行为：内容可能已被改动",
      isSame ? "it is of the act that came with it" : "it is of another act than the one that came with it");
  }
  const { entry, isPast } = await findPromised(view, receipt);
  if (!entry) {
    const ok = isPast ? false : null;
    return say("honoured", ok,
      isPast ? "漏记：日志已超过此时刻，其中没有该项记录" : "尚未到期，或者其后的日志尚无时刻可以证明",
      isPast ? "omitted: the log goes on without it" : "not due yet");
  }
  const inTime = !isPast && entry.leaf.rec.slice(0, 19) === receipt.at;
  say("honoured", inTime,
    inTime ? "已按承诺记入日志" : `记入日志逾期，或者所记的收到时刻不同：${inChina(entry.leaf.rec)}`,
    inTime ? "it is in the log, as promised" : `late, or recorded as received at another time: ${entry.leaf.rec}`);
  if (answer.public_id) {
    const isSame = answer.public_id === entry.leaf.case;
    say("named", isSame,
      isSame ? "与回执所附公开案号的办件一致" : `回执所附公开案号是 ${answer.public_id}，日志记在 ${entry.leaf.case}`,
      isSame ? "in the case that the receipt names" : `the receipt came with ${answer.public_id}, the log has it in ${entry.leaf.case}`);
  }
  await checkEntry(view, entry.index);
  const fact = await factOf(view, entry.leaf.case, entry.leaf.n).catch(() => null);
  if (fact && fact.index === entry.index) return checkChain(view, entry.leaf.case, fact);
  say("chain", null, "本件的其他事实没有出示，本页无法核对", "the other facts of its case were not shown: this page cannot see them");
}

// The entries of a bundle and their hashes, which must be those under the signed root: the path of the first one
// takes in the hashes of all the others.
async function soundBundle(view, number) {
  const entries = entriesIn(await view.tiles("entries", number)), tile = await view.tiles(0, number);
  const hashes = await Promise.all(entries.map((bytes) => leafHash(bytes)));
  const width = Math.min(WIDTH, view.checkpoint.size - number * WIDTH);
  const right = hashes.length >= width && hashes.slice(0, width).every((hash, n) => same(hash, tile.slice(32 * n, 32 * n + 32)));
  if (!right || !(await isUnderRoot(view, { bytes: entries[0], index: number * WIDTH })))
    throw new Error(`${tilePath("entries", number)} ≠ root`);
  return { entries, hashes };
}

async function findPromised(view, receipt) {
  const digest = base64(receipt.hash).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const bundles = Math.ceil(view.checkpoint.size / WIDTH);
  const seconds = (leaf) => Date.parse(leaf.rec) / 1000;
  const by = Date.parse(receipt.by + "Z") / 1000, at = Date.parse(receipt.at + "Z") / 1000;
  let low = 0, high = bundles; // the first bundle that begins at the receipt or later
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seconds((await leafAt(view, middle * WIDTH)).leaf) < at - MERGE_DELAY) low = middle + 1;
    else high = middle;
  }
  let isPast = false;
  for (let number = Math.max(0, low - 1); number < bundles; number++) {
    const { entries, hashes } = await soundBundle(view, number);
    for (const [n, bytes] of entries.entries()) {
      const leaf = JSON.parse(textOf(bytes)), index = number * WIDTH + n;
      if (index >= view.checkpoint.size) break;
      if ((leaf.d || []).includes(digest) || same(hashes[n], receipt.hash))
        return { entry: { leaf, index }, isPast };
      isPast ||= seconds(leaf) > by;
    }
    if (isPast && seconds((await leafAt(view, Math.min((number + 1) * WIDTH, view.checkpoint.size - 1))).leaf) > by + 24 * 3600) break;
  }
  return { entry: null, isPast };
}

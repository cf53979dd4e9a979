// What is asked of a log, check by check. Each result has a name, a mark (true: right, false: wrong,
// null: cannot be told here) and a sentence in Chinese and in English.

const MOST_SECONDS_SILENT = 2 * 3600;
const MOST_FACTS = 500; // of one case
const MERGE_DELAY = 600; // seconds

// asked: {what, vkey, witnesses, quorum, receiptKeys, old}, all but what may be empty.
// get(path) resolves to the bytes under the log's address, or to null where there are none.
async function checkLog(asked, get, now) {
  const results = [];
  const say = (name, ok, zh, en) => results.push({ name, ok, zh, en });
  const view = { results, say, get, now, asked, leaf: null };
  try {
    if (!(await openLog(view))) return view;
    if (asked.old) await checkOld(view);
    if (asked.what) await checkWhat(view, asked.what.trim());
  } catch (error) {
    if (error.name === "Unreached") // nobody is accused of what was never seen
      say("read", null, "取不到日志，未能核对：请检查日志地址和网络", "the log cannot be reached, so nothing is checked: look at its address and the network");
    else say("read", false, `读不出或不符合格式：${error.message}`, `cannot be read: ${error.message}`);
  }
  return view;
}

async function openLog(view) {
  const { asked, get, say } = view;
  const about = JSON.parse(textOf((await get("log.json")) || bytesOf("{}")));
  const given = asked.vkey || (about.vkeys || [])[0];
  if (!given) throw new Error("log.json");
  const key = await readKey(given);
  say("key", asked.vkey ? true : null,
    asked.vkey ? "公钥由您给定" : "公钥取自日志自身；请从公报等别处取得后填入",
    asked.vkey ? "the key is yours" : "the key is the log's own word; get it from somewhere else");
  const raw = await get("checkpoint");
  if (!raw) throw new Error("missing: checkpoint");
  view.written = textOf(raw);
  const note = readNote(view.written);
  const checkpoint = (view.checkpoint = readCheckpoint(note));
  const signed = key.name === checkpoint.origin && (await signedBy(note, key).catch(() => false));
  say("signature", Boolean(signed),
    signed ? `检查点由此公钥签名，共 ${checkpoint.size} 条` : "检查点不是此公钥签名的",
    signed ? `the checkpoint of ${checkpoint.size} entries is signed` : "the checkpoint is not signed by this key");
  if (!signed) return false;
  view.tiles = tilesOf(checkpoint.size, get);
  view.receiptKeys = asked.receiptKeys || about.receipt_vkeys || [];
  const texts = asked.witnesses?.length ? asked.witnesses : about.witnesses || [];
  await checkAge(view, note, await Promise.all(texts.map(readKey)), asked.quorum || about.quorum);
  return true;
}

// Who else saw this checkpoint, and when; without witnesses, when the log itself last spoke.
async function checkAge(view, note, witnesses, quorum) {
  const { say, checkpoint } = view;
  const times = [];
  for (const witness of witnesses) {
    const time = await signedBy(note, witness).catch(() => false);
    if (time !== false) times.push(time);
  }
  times.sort((a, b) => b - a);
  const needed = quorum || witnesses.length;
  if (!witnesses.length) {
    say("witnesses", null, "没有见证人：另有一本日志给别人看，这里看不出", "no witnesses: another log shown to others would not be seen");
    const spoke = checkpoint.size ? Date.parse((await leafAt(view, checkpoint.size - 1)).leaf.rec) / 1000 : 0;
    sayAge(view, spoke);
    return;
  }
  const enough = times.length >= needed;
  say("witnesses", enough, `${times.length} 个见证人签了此检查点，需要 ${needed} 个`, `${times.length} witnesses signed this checkpoint, ${needed} are needed`);
  if (enough) sayAge(view, times[needed - 1]);
}

function sayAge(view, seconds) {
  const silent = Math.max(0, Math.round(view.now - seconds)), right = silent <= MOST_SECONDS_SILENT;
  const minutes = Math.round(silent / 60);
  view.say("age", right,
    right ? `日志最近更新于 ${minutes} 分钟前` : `日志已 ${minutes} 分钟没有更新，可能被冻结`,
    right ? `it was alive ${minutes} minutes ago` : `silent for ${minutes} minutes: it may be frozen`);
}

// The log must begin with what it was when the old checkpoint was kept.
async function checkOld(view) {
  const { say, checkpoint, tiles, asked } = view;
  const old = readCheckpoint(readNote(asked.old));
  let right = old.origin === checkpoint.origin && old.size <= checkpoint.size;
  if (right && old.size) {
    const [before, whole] = await bothRoots(old.size, checkpoint.size, tiles);
    right = same(before, old.root) && same(whole, checkpoint.root);
  }
  say("old", right,
    right ? `所留 ${old.size} 条的检查点，今天的日志原样包含` : `今天的日志不含所留 ${old.size} 条的检查点：历史被改过`,
    right ? `it begins with the kept checkpoint of ${old.size} entries` : `it does not begin with the kept checkpoint of ${old.size} entries`);
}

async function checkWhat(view, what) {
  if (/^\d{1,15}$/.test(what)) return checkEntry(view, Number(what));
  const [, name, n] = /^(c_[a-z0-9_]+)\.(\d{1,9})$/.exec(what) || [];
  return name ? checkCase(view, name, Number(n)) : checkReceipts(view, what);
}

async function leafAt(view, index) {
  if (!(index < view.checkpoint.size)) throw new Error(`index ${index}`);
  const bundle = entriesIn(await view.tiles("entries", Math.floor(index / WIDTH)));
  const bytes = bundle[index % WIDTH];
  if (!bytes) throw new Error(`missing: entry ${index}`);
  return { bytes, leaf: JSON.parse(textOf(bytes)), index };
}

async function checkEntry(view, index) {
  const { say, checkpoint } = view;
  if (!(index < checkpoint.size))
    return say("entry", false, `日志没有第 ${index} 条，共 ${checkpoint.size} 条，从 0 数起`, `the log has no entry ${index}: it has ${checkpoint.size}, from 0 on`);
  await checkInclusion(view, await leafAt(view, index));
}

// Whether the entry is under the signed root, at its place; then it is what the page shows.
async function checkInclusion(view, entry) {
  const { leaf, index } = entry, right = await isUnderRoot(view, entry);
  view.say("inclusion", right,
    right ? `第 ${index} 条在已签名的日志之中` : `第 ${index} 条与签名的根不符`,
    right ? `entry ${index} is in the signed log` : `entry ${index} does not come to the signed root`);
  if (right) view.leaf = leaf;
  return right;
}

async function isUnderRoot(view, { bytes, index }) {
  const { checkpoint, tiles } = view;
  return same(await rootWith(index, await leafHash(bytes), 0, checkpoint.size, tiles), checkpoint.root);
}

// What is asked of a log, check by check. Each result has a name, a mark (true: right, false: wrong,
// null: cannot be told here) and a sentence in Chinese and in English.

const MOST_SECONDS_SILENT = 2 * 3600;
const MOST_FACTS = 500; // of one case
const MOST_BUNDLES = 64; // that are read for later facts of a case: some 16,000 entries
const MERGE_DELAY = 600; // seconds
const ON_TRIAL = "duban.local/log"; // the name of every local stage's log

// asked: {what, vkey, witnesses, quorum, receiptKeys, old}, all but what may be empty; linked: which of them
// came with the link to this page; bundles: how many to read for later facts of a case, MOST_BUNDLES without it.
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
    if (error.name === "Typed")
      say("read", null, `填写的内容无法识别，请照原样完整填写：${error.message}…`, `what you gave cannot be read, give it whole and as it was: ${error.message}…`);
    else if (error.name === "Unreached") // nobody is accused of what was never seen
      say("read", null, "无法取得日志，未能核对：请检查日志地址和网络", "the log cannot be reached, so nothing is checked: look at its address and the network");
    else say("read", false, `无法读取或者格式不符：${error.message}`, `cannot be read: ${error.message}`);
  }
  return view;
}

async function openLog(view) {
  const { asked, get, say } = view;
  const about = JSON.parse(textOf((await get("log.json")) || bytesOf("{}")));
  const given = asked.vkey || (about.vkeys || [])[0];
  if (!given) throw new Error("log.json");
  const key = asked.vkey ? await ownKey(given) : await readKey(given);
  const isLinked = isFromLink(asked, "vkey");
  say("key", asked.vkey && !isLinked ? true : null,
    isLinked ? "公钥来自打开本页的链接，可能由制作链接的人自行指定；请与政府公报等渠道公布的公钥核对" : asked.vkey ? "公钥由您填写" : "公钥取自日志本身；请从政府公报等渠道取得后填写",
    isLinked ? "the key came with the link: whoever made that could have chosen it; compare it with one from elsewhere" : asked.vkey ? "the key is yours" : "the key is the log's own word; get it from somewhere else");
  const raw = await get("checkpoint");
  if (!raw) throw new Error("missing: checkpoint");
  view.written = textOf(raw);
  const note = readNote(view.written);
  const checkpoint = (view.checkpoint = readCheckpoint(note));
  const signed = key.name === checkpoint.origin && (await signedBy(note, key).catch(() => false));
  say("signature", Boolean(signed),
    signed ? `检查点由此公钥签名，共 ${checkpoint.size} 条` : "检查点并非由此公钥签名",
    signed ? `the checkpoint of ${checkpoint.size} entries is signed` : "the checkpoint is not signed by this key");
  if (!signed) return false;
  view.tiles = tilesOf(checkpoint.size, get);
  view.receiptKeys = asked.receiptKeys || about.receipt_vkeys || [];
  await checkAge(view, note, await knownWitnesses(asked, about));
  return true;
}

// Whoever made the link to this page chose what came with it.
const isFromLink = (asked, name) => Boolean(asked.linked?.includes(name));

// The reader's own witnesses, all of whom are needed unless he says otherwise; else those that the log names.
async function knownWitnesses(asked, about) {
  const isOwn = Boolean(asked.witnesses?.length);
  const keys = await Promise.all(isOwn ? asked.witnesses.map(ownKey) : (about.witnesses || []).map(readKey));
  const witnesses = keys.filter((key, n) => keys.findIndex((other) => same(other.raw, key.raw)) === n);
  const from = !isOwn ? ["日志本身", "the log's"] : isFromLink(asked, "witnesses") ? ["打开本页的链接", "the link's"] : null;
  return { witnesses, from, needed: (isOwn ? asked.quorum : about.quorum) || witnesses.length };
}

// What the reader filled in: a slip of his is no fault of the log.
async function typed(text, reading) {
  try {
    return await reading(text);
  } catch {
    throw Object.assign(new Error(text.trim().slice(0, 40)), { name: "Typed" });
  }
}

const ownKey = (text) => typed(text, readKey);

// Who else saw this checkpoint, and when; without witnesses, when the log itself last spoke.
async function checkAge(view, note, { witnesses, from, needed }) {
  const { say, checkpoint } = view;
  const times = [];
  for (const witness of witnesses) {
    const time = await signedBy(note, witness).catch(() => null);
    if (time === null)
      return say("witnesses", false, `见证人 ${witness.name} 的签名有误`, `the signature of the witness ${witness.name} is wrong`);
    if (time !== false && time > view.now + MERGE_DELAY)
      return say("witnesses", false, `见证人 ${witness.name} 的签名时刻晚于当前时刻，不予计入；请校准本机时钟后重新核对`, `the witness ${witness.name} signed at a time yet to come, which does not count; set this computer's clock and try again`);
    if (time !== false) times.push(time);
  }
  times.sort((a, b) => b - a);
  if (!witnesses.length) {
    say("witnesses", null, "没有见证人：如果另有一本日志向他人出示，本页无法发现", "no witnesses: another log shown to others would not be seen");
    const spoke = checkpoint.size ? Date.parse((await leafAt(view, checkpoint.size - 1)).leaf.rec) / 1000 : 0;
    sayAge(view, spoke);
    return;
  }
  const enough = times.length >= needed;
  const [whose, named] = from ? [`（名单取自${from[0]}，请从其他渠道核实）`, ` (by ${from[1]} own word for who they are)`] : ["", ""];
  say("witnesses", enough && from ? null : enough,
    `${times.length} 名见证人已对此检查点签名，须有 ${needed} 名${whose}`,
    `${times.length} witnesses signed this checkpoint, ${needed} are needed${named}`);
  if (enough) sayAge(view, times[needed - 1]);
}

function sayAge(view, seconds) {
  const silent = Math.max(0, Math.round(view.now - seconds)), right = silent <= MOST_SECONDS_SILENT;
  if (seconds > view.now + MERGE_DELAY) // else a frozen log could date its last entry ahead; a local stage's clock is anybody's
    return view.say("age", view.checkpoint.origin === ON_TRIAL ? null : false,
      "日志的最新时刻晚于当前时刻：日志可能已停止更新，或者本机时钟不准", "its newest time is yet to come: it may be frozen, or this computer's clock is wrong");
  const minutes = Math.round(silent / 60);
  view.say("age", right,
    right ? `日志最近更新于 ${minutes} 分钟前` : `日志已 ${minutes} 分钟没有更新，可能已停止更新`,
    right ? `it was alive ${minutes} minutes ago` : `silent for ${minutes} minutes: it may be frozen`);
}

// The log must begin with what it was when the old checkpoint was kept.
async function checkOld(view) {
  const { say, checkpoint, tiles, asked } = view;
  const old = await typed(asked.old, (text) => readCheckpoint(readNote(text)));
  let right = old.origin === checkpoint.origin && old.size <= checkpoint.size;
  if (right && old.size) {
    const [before, whole] = await bothRoots(old.size, checkpoint.size, tiles);
    right = same(before, old.root) && same(whole, checkpoint.root);
  }
  say("old", right,
    right ? `当前日志完整包含所存的 ${old.size} 条检查点` : `当前日志不包含所存的 ${old.size} 条检查点：历史内容已被改动`,
    right ? `it begins with the kept checkpoint of ${old.size} entries` : `it does not begin with the kept checkpoint of ${old.size} entries`);
}

async function checkWhat(view, what) {
  if (/^\d{1,15}$/.test(what)) return checkEntry(view, Number(what));
  const [, name, n = 0] = /^(c_[a-z0-9_]+)(?:\.(\d{1,9}))?$/.exec(what) || []; // of a case alone: its first fact
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
    return say("entry", false, `日志没有第 ${index} 条，共 ${checkpoint.size} 条，序号从 0 起`, `the log has no entry ${index}: it has ${checkpoint.size}, from 0 on`);
  await checkInclusion(view, await leafAt(view, index));
}

// Whether the entry is under the signed root, at its place; then it is what the page shows.
async function checkInclusion(view, entry) {
  const { leaf, index } = entry, right = await isUnderRoot(view, entry);
  view.say("inclusion", right,
    right ? `第 ${index} 条在已签名的日志之中` : `第 ${index} 条与已签名的根值不符`,
    right ? `entry ${index} is in the signed log` : `entry ${index} does not come to the signed root`);
  if (right) view.leaf = leaf;
  return right;
}

async function isUnderRoot(view, { bytes, index }) {
  const { checkpoint, tiles } = view;
  return same(await rootWith(index, await leafHash(bytes), 0, checkpoint.size, tiles), checkpoint.root);
}

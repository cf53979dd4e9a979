// The facts of one case: each holds the hash of the one before, and the last is in the log.

async function factOf(view, name, n) {
  const raw = await view.get(`entry/${name}.${n}`);
  if (!raw) return null;
  const hint = JSON.parse(textOf(raw)), bytes = bytesOf(hint.leaf);
  return { bytes, leaf: JSON.parse(hint.leaf), index: hint.index, state: hint.state };
}

async function checkCase(view, name, n) {
  const { say, checkpoint } = view;
  const fact = await factOf(view, name, n);
  if (!fact) return say("entry", false, `日志中没有 ${name}.${n}`, `the log has no ${name}.${n}`);
  if (fact.leaf.case !== name || fact.leaf.n !== n)
    return say("entry", false, `答复的不是 ${name}.${n}`, `the answer is not ${name}.${n}`);
  if (fact.state !== "published" || fact.index >= checkpoint.size)
    return say("inclusion", null, "已登记，尚未入链；十分钟后再查", "on record, not in the log yet; try again in ten minutes");
  if (await checkInclusion(view, fact)) await checkChain(view, name, fact);
}

async function checkChain(view, name, fact) {
  const facts = [fact];
  for (let n = fact.leaf.n - 1; n >= 0 && facts.length < MOST_FACTS; n--) facts.unshift(await factOf(view, name, n));
  for (let n = fact.leaf.n + 1; facts.length < MOST_FACTS; n++) {
    const next = await factOf(view, name, n);
    if (!next || next.state !== "published" || next.index >= view.checkpoint.size) break;
    facts.push(next);
  }
  let before = "", wrong = facts.findIndex((each) => !each);
  for (let at = 0; at < facts.length && wrong < 0; at++) {
    const { leaf, bytes } = facts[at];
    const first = leaf.n === 0 ? "" : at === 0 ? leaf.prev : before;
    if (leaf.case !== name || leaf.n !== facts[0].leaf.n + at || leaf.prev !== first) wrong = at;
    before = base64(await leafHash(bytes));
  }
  if (wrong < 0 && !(await isUnderRoot(view, facts[facts.length - 1]))) wrong = facts.length - 1;
  const right = wrong < 0;
  view.say("chain", right,
    right ? `本件所出示的 ${facts.length} 条首尾相连，其间无缺无换；其后有无，此页看不出` : `本件第 ${wrong} 条与前一条不相连`,
    right ? `the ${facts.length} facts that are shown are linked, none between is missing or changed; this page cannot see whether more follow` : `fact ${wrong} is not linked to the one before`);
}

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
    return say("entry", false, `返回的不是 ${name}.${n}`, `the answer is not ${name}.${n}`);
  if (fact.state !== "published" || fact.index >= checkpoint.size)
    return say("inclusion", null, "已登记，尚未记入日志；请十分钟后重新核对", "on record, not in the log yet; try again in ten minutes");
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
    right ? `本件所出示的 ${facts.length} 条前后相连，没有缺漏和替换` : `本件第 ${wrong} 条与前一条不相连；请保留此页结果，向监察机关反映`,
    right ? `the ${facts.length} facts that are shown are linked, none between is missing or changed` : `fact ${wrong} is not linked to the one before; keep this and show it to the inspectors`);
  if (right) await checkLater(view, name, facts[facts.length - 1]);
}

// Whether the log has later facts of the case than it showed: every entry after the last one is read, up to a bound.
async function checkLater(view, name, last) {
  const { say, checkpoint } = view, first = Math.floor(last.index / WIDTH);
  const all = Math.ceil(checkpoint.size / WIDTH), until = Math.min(all, first + (view.asked.bundles || MOST_BUNDLES));
  for (let number = first; number < until; number++) {
    const { entries } = await soundBundle(view, number);
    for (const [n, bytes] of entries.entries()) {
      const leaf = JSON.parse(textOf(bytes)), index = number * WIDTH + n;
      if (index < checkpoint.size && leaf.case === name && leaf.n > last.leaf.n)
        return say("later", false,
          `本件还有第 ${leaf.n} 条（日志第 ${index} 条），但没有出示：请保留此页结果，向监察机关反映`,
          `the case has a fact ${leaf.n} too (entry ${index}), which was not shown: keep this, and show it to the inspectors`);
    }
  }
  const count = Math.min(until * WIDTH, checkpoint.size) - last.index - 1, isAll = until === all;
  say("later", isAll ? true : null,
    isAll ? `其后的 ${count} 条日志均已核对，没有本件的其他事实` : `其后的日志只核对了 ${count} 条；再往后是否还有本件的事实，本页无法判断，请用 duban verify 核对`,
    isAll ? `all ${count} later entries of the log were read: none is of this case` : `only ${count} later entries were read; whether more of this case follow this page cannot see: use duban verify`);
}

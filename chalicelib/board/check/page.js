// The page: takes what is asked from the form or the address, and shows what was found.

const find = (id) => document.getElementById(id);
const FIELDS = ["what", "log", "vkey", "receiptKeys", "witnesses", "old"];
let language = "zh", view = null;
const linked = {}; // what came with the link to this page

const VERDICTS = {
  right: { zh: "没有发现问题", en: "Nothing was found wrong" },
  wrong: { zh: "发现问题", en: "Something is wrong" },
  open: { zh: "核对未完成", en: "Not all could be checked" },
};

function verdictOf(results, leaf) {
  if (results.some((each) => each.ok === false)) return "wrong";
  if (results.some((each) => each.name === "read")) return "open";
  return results.length && (leaf || !find("what").value.trim()) ? "right" : "open";
}

function getFrom(address) {
  const base = address.replace(/\/+$/, "") + "/";
  return async (path) => {
    const how = { cache: "no-store", credentials: "omit", redirect: "error" };
    const answer = await fetch(base + path, how).catch((error) => { throw Object.assign(error, { name: "Unreached" }); });
    if ([403, 404, 410].includes(answer.status)) return null;
    if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
}

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

async function run() {
  const asked = Object.fromEntries(FIELDS.map((name) => [name, find(name).value]));
  asked.linked = FIELDS.filter((name) => linked[name] && linked[name] === asked[name]);
  asked.vkey = asked.vkey.trim();
  asked.witnesses = lines(asked.witnesses);
  asked.receiptKeys = lines(asked.receiptKeys).length ? lines(asked.receiptKeys) : null;
  asked.old = asked.old.trim() ? asked.old.trim() + "\n" : "";
  find("outcome").hidden = false;
  find("verdict").textContent = "…";
  view = await checkLog(asked, getFrom(asked.log), Date.now() / 1000);
  show();
}

function row(table, name, value) {
  const line = table.insertRow(), head = document.createElement("th");
  head.textContent = name;
  line.append(head);
  line.insertCell().textContent = typeof value === "string" ? value : JSON.stringify(value);
}

function show() {
  document.documentElement.lang = language;
  for (const each of document.querySelectorAll("[data-zh]")) each.textContent = each.dataset[language];
  find("language").textContent = language === "zh" ? "English" : "中文";
  find("language").lang = language === "zh" ? "en" : "zh";
  if (!view) return;
  const verdict = verdictOf(view.results, view.leaf);
  find("verdict").textContent = VERDICTS[verdict][language];
  find("verdict").dataset.verdict = verdict;
  find("results").replaceChildren(...view.results.map((each) => {
    const item = document.createElement("li");
    item.textContent = each[language];
    item.dataset.name = each.name;
    if (each.ok !== null) item.className = each.ok ? "right" : "wrong";
    return item;
  }));
  const table = document.createElement("table");
  const { d, data = {}, ...fields } = view.leaf || {};
  for (const [name, value] of Object.entries({ ...fields, ...data })) row(table, name, value);
  find("leaf").replaceChildren(...(view.leaf ? [table] : []));
  find("keep").hidden = !view.written;
  find("checkpoint").textContent = view.written || "";
}

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of FIELDS) if (given.has(name)) find(name).value = linked[name] = given.get(name);
  if (given.has("language")) language = given.get("language") === "en" ? "en" : "zh";
  if (!find("log").value && location.protocol.startsWith("http"))
    find("log").value = location.href.split("#")[0].replace(/\/check\/?$/, "");
  show();
  if (given.has("what")) run();
}

find("form").addEventListener("submit", (event) => { event.preventDefault(); run(); });
find("language").addEventListener("click", () => { language = language === "zh" ? "en" : "zh"; show(); });
addEventListener("hashchange", readAddress);
readAddress();

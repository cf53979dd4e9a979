// The Merkle tree of RFC 6962, read from the tiles of the log (C2SP tlog-tiles). Tiles are believed
// nothing: whatever they say must come to the root that is signed.

const WIDTH = 256;
const leafHash = (leaf) => sha256([0], leaf);
const nodeHash = (left, right) => sha256([1], left, right);

const tilePath = (level, number) => {
  const parts = [String(number % 1000).padStart(3, "0")];
  for (let rest = Math.floor(number / 1000); rest; rest = Math.floor(rest / 1000))
    parts.unshift("x" + String(rest % 1000).padStart(3, "0"));
  return `tile/${level}/${parts.join("/")}`;
};

// Gives tiles of a log of this size; get(path) resolves to bytes, or to null where there are none.
function tilesOf(size, get) {
  const known = new Map();
  return async (level, number) => {
    const path = tilePath(level, number);
    if (!known.has(path)) known.set(path, read(path, level, number));
    return known.get(path);
  };
  async function read(path, level, number) {
    const all = Math.floor(size / (level === "entries" ? 1 : WIDTH ** level));
    const width = Math.min(WIDTH, all - number * WIDTH);
    const partial = width < WIDTH ? await get(`${path}.p/${width}`) : null;
    const bytes = partial || (await get(path)); // a full one stands for what it once was in part
    if (!bytes) throw new Error("missing: " + path);
    return bytes;
  }
}

// The hash of the entries from lo to hi: of a whole subtree from its tile, else from its parts.
async function hashOf(lo, hi, tiles) {
  const count = hi - lo;
  if (Number.isInteger(Math.log2(count)) && lo % count === 0) {
    const level = Math.floor(Math.log2(count) / 8), each = WIDTH ** level;
    const first = lo / each, tile = await tiles(level, Math.floor(first / WIDTH));
    let hashes = [];
    for (let n = first % WIDTH; n < (first % WIDTH) + count / each; n++) {
      if (tile.length < 32 * (n + 1)) throw new Error("short: " + tilePath(level, Math.floor(first / WIDTH)));
      hashes.push(tile.slice(32 * n, 32 * n + 32));
    }
    while (hashes.length > 1) {
      const pairs = [];
      for (let n = 0; n < hashes.length; n += 2) pairs.push(nodeHash(hashes[n], hashes[n + 1]));
      hashes = await Promise.all(pairs);
    }
    return hashes[0];
  }
  const middle = lo + splitOf(count);
  return nodeHash(await hashOf(lo, middle, tiles), await hashOf(middle, hi, tiles));
}

const splitOf = (count) => 2 ** (Math.ceil(Math.log2(count)) - 1);

// The root over the entries from lo to hi if the entry at index has this hash (inclusion).
async function rootWith(index, hash, lo, hi, tiles) {
  if (hi - lo === 1) return hash;
  const middle = lo + splitOf(hi - lo);
  return index < middle
    ? nodeHash(await rootWith(index, hash, lo, middle, tiles), await hashOf(middle, hi, tiles))
    : nodeHash(await hashOf(lo, middle, tiles), await rootWith(index, hash, middle, hi, tiles));
}

// The roots of the first old entries and of all size, from the same hashes (consistency).
async function bothRoots(old, size, tiles) {
  const walk = async (lo, hi) => {
    if (hi <= old) {
      const hash = await hashOf(lo, hi, tiles);
      return [hash, hash];
    }
    if (lo >= old) return [null, await hashOf(lo, hi, tiles)];
    const middle = lo + splitOf(hi - lo);
    const [left, right] = [await walk(lo, middle), await walk(middle, hi)];
    return [right[0] ? await nodeHash(left[0], right[0]) : left[0], await nodeHash(left[1], right[1])];
  };
  return walk(0, size);
}

// The entries of a bundle: each with two bytes of length before it.
function entriesIn(bundle) {
  const entries = [];
  for (let at = 0; at < bundle.length; ) {
    const length = bundle[at] * 256 + bundle[at + 1];
    if (!(at + 2 + length <= bundle.length)) throw new Error("short: entries");
    entries.push(bundle.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

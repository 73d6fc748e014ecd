/** Keys are dealt to subtasks by group, so that state can move between parallelisms a group at a time. */
export const KEY_GROUPS = 128

/** The subtask that owns a key. The same key, by value, always gives the same one. */
export function subtaskOf(key: unknown, parallelism: number): number {
  return Math.floor((keyGroupOf(key) * parallelism) / KEY_GROUPS)
}

/** 0 to KEY_GROUPS - 1. */
export function keyGroupOf(key: unknown): number {
  return (hashKey(key) >>> 0) % KEY_GROUPS
}

const scratch = new DataView(new ArrayBuffer(8))

/** 32 bits, well mixed, of any key by value; equal in every process. */
export function hashKey(key: unknown): number {
  switch (typeof key) {
    case 'string':
      return mix(hashString(key, 0x811c9dc5))
    case 'number':
      if ((key | 0) === key) return mix(key ^ 0x2545f491)
      // A NaN read from a buffer may have other bits than one that was calculated.
      scratch.setFloat64(0, Number.isNaN(key) ? NaN : key)
      return mix(scratch.getInt32(0) ^ Math.imul(scratch.getInt32(4), 0x9e3779b1))
    default:
      return mix(hashString(canonicalKey(key), 0x9747b28c))
  }
}

/** FNV-1a over UTF-16 code units (Fowler, Noll, Vo). */
function hashString(text: string, seed: number): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/** The finaliser of MurmurHash3 (Appleby): spreads every input bit over all output bits. */
function mix(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/**
 * A key as text, equal for equal values: primitives by type and value, arrays in order, plain objects by sorted
 * property, dates by time. @throws TypeError for functions, class instances, maps and cycles.
 */
export function canonicalKey(key: unknown): string {
  switch (typeof key) {
    case 'string':
      return JSON.stringify(key)
    case 'number':
      return key === 0 ? '0' : String(key)
    case 'bigint':
      return `${key}n`
    case 'boolean':
    case 'undefined':
      return String(key)
    case 'symbol':
      return symbolKey(key)
    case 'function':
      throw new TypeError('A function cannot be a key: key by a value of it.')
    case 'object':
      return key === null ? 'null' : objectKey(key)
  }
}

function symbolKey(key: symbol): string {
  const name = Symbol.keyFor(key)
  if (name === undefined)
    throw new TypeError('Only symbols of Symbol.for can be keys: others differ between processes.')
  return `@${JSON.stringify(name)}`
}

/** @throws TypeError when the value cannot be a key. */
export function checkKey(key: unknown): void {
  if (typeof key === 'function' || typeof key === 'symbol' || typeof key === 'object') canonicalKey(key)
}

const visiting = new Set<object>()

function objectKey(key: object): string {
  if (key instanceof Date) return `D${key.getTime()}`
  if (visiting.has(key)) throw new TypeError('A key must not contain itself.')
  visiting.add(key)
  try {
    // Not `map`, which leaves gaps out.
    if (Array.isArray(key)) return `[${Array.from(key, (part) => canonicalKey(part)).join(',')}]`
    const prototype: unknown = Object.getPrototypeOf(key)
    if (prototype !== Object.prototype && prototype !== null) {
      const name = (key.constructor as { name?: string } | undefined)?.name ?? 'something'
      throw new TypeError(
        `An instance of ${name} cannot be a key: use a primitive, an array or a plain object.`,
      )
    }
    const entries = Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${canonicalKey(value)}`).join(',')}}`
  } finally {
    visiting.delete(key)
  }
}

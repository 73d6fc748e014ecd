import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type LineCounter,
  type Node,
} from 'yaml'

export interface FilePlace {
  /** Both from 1. */
  readonly line: number
  readonly column: number
}

/**
 * Where in a file something stands that a path leads to. What is not there is looked for as far as there is something.
 *
 * @param of its `key`, or its `value`
 */
export function placeOf(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[],
  of: 'key' | 'value',
): FilePlace {
  let at: unknown = document.contents
  let offset = offsetOf(at)
  for (const [i, part] of path.entries()) {
    const node = resolved(at, document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      if (pair === undefined) break
      const isKey = of === 'key' && i === path.length - 1
      // A key without a value has none that stands anywhere.
      offset = (isKey ? undefined : offsetOf(pair.value)) ?? offsetOf(pair.key) ?? offset
      at = pair.value
    } else if (isCollection(node)) {
      at = node.items[Number(part)]
      offset = offsetOf(at) ?? offset
    } else break
  }
  const { line, col } = lines.linePos(offset ?? 0)
  return { line, column: col }
}

const offsetOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)

const resolved = (node: unknown, document: Document): Node | undefined =>
  isAlias(node) ? node.resolve(document) : isNode(node) ? node : undefined

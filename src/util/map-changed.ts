/** The items as `change` makes them, which may be as they are: then this is the array given, with nothing copied. */
export function mapChanged<T>(items: readonly T[], change: (item: T, index: number) => T): readonly T[] {
  let changed: T[] | null = null
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as T
    const other = change(item, index)
    if (other === item && changed === null) continue
    changed ??= items.slice(0, index)
    changed.push(other)
  }
  return changed ?? items
}

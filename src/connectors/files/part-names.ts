/** The names of parts: `<prefix>-<subtask>-<number><extension>`, in the order in which they were written. */
export class PartNames {
  readonly #prefix: string
  readonly #extension: string

  constructor(prefix: string, extension: string) {
    this.#prefix = `${prefix}-`
    this.#extension = extension
  }

  of(subtask: number, number: number): string {
    return `${this.#prefix}${subtask}-${String(number).padStart(6, '0')}${this.#extension}`
  }

  /** Undefined for every other name. */
  parse(name: string): { readonly subtask: number; readonly number: number } | undefined {
    if (!name.startsWith(this.#prefix) || !name.endsWith(this.#extension)) return undefined
    const middle = name.slice(this.#prefix.length, name.length - this.#extension.length)
    const [, subtask, number] = /^(\d+)-(\d{6,})$/.exec(middle) ?? []
    return subtask === undefined ? undefined : { subtask: Number(subtask), number: Number(number) }
  }
}

/** Shorter values are left alone: they would be found everywhere, and are no secrets. */
const SHORTEST = 6

/** Takes out of a text what a request holds secret, should an answer or an error have it in it. */
export class Redaction {
  readonly #secrets: readonly string[]

  /** @param values of headers and the like; of `Bearer token` the token counts by itself too. */
  constructor(values: readonly string[]) {
    const secrets = values.flatMap((value) => [value, ...value.split(/[\s;,=]+/)])
    this.#secrets = [...new Set(secrets)]
      .filter(({ length }) => length >= SHORTEST)
      .sort((a, b) => b.length - a.length)
  }

  clean(text: string): string {
    return this.#secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '[…]'), text)
  }
}

/** What a licence asks of whoever uses the package. From the least to the most. */
const kinds = ['permissive', 'copyleft', 'unknown'] as const
export type LicenceKind = (typeof kinds)[number]

const families: Readonly<Record<LicenceKind, string>> = {
  permissive: `0BSD AFL-2.1 AFL-3.0 Apache-1.1 Apache-2.0 Artistic-2.0 BlueOak-1.0.0 BSD BSD-2-Clause BSD-3-Clause
    BSL-1.0 CC-BY-3.0 CC-BY-4.0 CC0-1.0 ISC MIT MIT-0 MIT* Python-2.0 Unicode-3.0 Unicode-DFS-2016 Unlicense UPL-1.0
    W3C WTFPL Zlib`,
  copyleft: `AGPL-3.0 CC-BY-SA-4.0 CDDL-1.0 EPL-1.0 EPL-2.0 EUPL-1.2 GPL-2.0 GPL-3.0 LGPL-2.0 LGPL-2.1 LGPL-3.0
    MPL-1.1 MPL-2.0 OSL-3.0`,
  unknown: '',
}

/**
 * A service: the job makes one, starts it before the first record, and takes it down after the last. Its methods are
 * what operators call; `start`, `stop` and `cleanup` are for the job alone.
 */
export class LicenceRegistry {
  readonly #kindOf = new Map<string, LicenceKind>()

  start(): void {
    for (const kind of kinds) {
      this.#kindOf.set(kind, kind)
      for (const id of families[kind].split(/\s+/)) this.#kindOf.set(id.toLowerCase(), kind)
    }
  }

  stop(): void {
    // A registry on the network would say goodbye here: calls in flight are over, or about to be.
  }

  cleanup(): void {
    this.#kindOf.clear()
  }

  /** The kind of an SPDX expression: of an OR the choice that asks least, of an AND the part that asks most. */
  classify(expression: string): LicenceKind {
    let flat = expression
    let inner: RegExpExecArray | null
    while ((inner = /\(([^()]*)\)/.exec(flat)) !== null)
      flat = flat.replace(inner[0], this.#classify(inner[1]!))
    return this.#classify(flat)
  }

  #classify(flat: string): LicenceKind {
    const choices = flat.split(/\s+OR\s+/i).map((choice) => {
      const parts = choice.split(/\s+AND\s+/i).map((id) => kinds.indexOf(this.#lookUp(id)))
      return Math.max(...parts)
    })
    return kinds[Math.min(...choices)]!
  }

  /** `GPL-2.0-or-later WITH Classpath-exception-2.0` is `GPL-2.0` here. */
  #lookUp(id: string): LicenceKind {
    const base = id.replace(/\s+WITH\s.*$/i, '').replace(/(-only|-or-later|\+)$/i, '')
    return this.#kindOf.get(base.trim().toLowerCase()) ?? 'unknown'
  }
}

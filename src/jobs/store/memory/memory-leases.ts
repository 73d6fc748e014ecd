/** Who may do what only one is to do at a time. */
export class MemoryLeases {
  readonly #leases = new Map<string, { readonly owner: string; readonly until: number }>()

  lease(name: string, owner: string, at: number, until: number): boolean {
    const held = this.#leases.get(name)
    if (held !== undefined && held.owner !== owner && held.until > at) return false
    this.#leases.set(name, { owner, until })
    return true
  }

  release(name: string, owner: string): void {
    if (this.#leases.get(name)?.owner === owner) this.#leases.delete(name)
  }
}

/** Which things belong together: disjoint sets, joined one pair after the other (union-find with path halving). */
export class Groups {
  readonly #parents: Map<string, string>

  constructor(members: readonly string[]) {
    this.#parents = new Map(members.map((member) => [member, member]))
  }

  join(a: string, b: string): void {
    this.#parents.set(this.#root(a), this.#root(b))
  }

  /** In the order in which their first members were given, and so are the members of each. */
  get all(): readonly (readonly string[])[] {
    const groups = new Map<string, string[]>()
    for (const member of this.#parents.keys()) {
      const root = this.#root(member)
      const group = groups.get(root)
      if (group === undefined) groups.set(root, [member])
      else group.push(member)
    }
    return [...groups.values()]
  }

  #root(member: string): string {
    let at = member
    for (let parent; (parent = this.#parents.get(at)!) !== at; at = parent) {
      this.#parents.set(at, this.#parents.get(parent)!)
    }
    return at
  }
}

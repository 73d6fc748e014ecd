/** An operator's books over the subtasks that are in one region. */
export interface OperatorReport {
  /** Id of its node. */
  readonly node: string
  /** Column by column, as `Book` has them. */
  readonly book: Readonly<Record<string, number>>
}

/** What a region has done so far, takeovers included. */
export interface RegionReport {
  readonly operators: readonly OperatorReport[]
  /** Commits of its present owner. */
  readonly commits: number
}

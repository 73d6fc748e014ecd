/** One key's value. Whoever changes `value`, or anything inside it, calls `touch` of the table before. */
export class StateCell<V> {
  readonly key: unknown
  value: V
  /**
   * The epoch in which it was last changed. Once a capture has written it: the capture's number, negated. DELETED when
   * it is in the table no more.
   */
  epoch: number
  /** Cells that went into their table later have greater ones. */
  readonly order: number

  constructor(key: unknown, value: V, epoch: number, order: number) {
    this.key = key
    this.value = value
    this.epoch = epoch
    this.order = order
  }
}

/** The epoch of a cell that has left its table. */
export const DELETED = 0

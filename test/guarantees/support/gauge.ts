import * as assert from 'uvu/assert'

/** Counts records pulled from sources and sunk, and remembers the most that were between. */
export class Gauge {
  pulled = 0
  sunk = 0
  most = 0

  pull(): number {
    const value = this.pulled++
    this.most = Math.max(this.most, this.pulled - this.sunk)
    return value
  }

  /** A source of `count` records, or one that never ends. */
  *source(count = Infinity): Generator<number> {
    while (this.pulled < count) yield this.pull()
  }

  sink(records = 1): void {
    this.sunk += records
  }

  /** Under the bound at every moment so far; and more than a few, or nothing was proven. */
  check(bound: number, sunk = 1): void {
    assert.ok(this.sunk >= sunk, `only ${this.sunk} records were sunk`)
    assert.ok(this.most <= bound, `${this.most} records were between source and sink, ${bound} may be`)
  }
}

import { AssertionError } from 'node:assert'

/** How often a sink was opened and closed, and what was not as it should be. */
export class SinkLifecycle {
  opens = 0
  closes = 0
  readonly #violations: string[] = []

  open(): void {
    this.opens++
  }

  close(): void {
    this.closes++
    if (this.closes > this.opens) this.violation('it was closed more often than opened')
  }

  /** `what` came: it must not while the sink is closed. */
  use(what: string): void {
    if (this.closes >= this.opens) this.violation(`${what} came while it was closed`)
  }

  violation(problem: string): void {
    this.#violations.push(problem)
  }

  /** @throws AssertionError unless all was as it should be. */
  assertClosed(): void {
    const { opens, closes } = this
    const problems = [...this.#violations]
    if (opens === 0) problems.push('it was never opened')
    else if (opens !== closes) problems.push(`it was opened ${opens} times and closed ${closes} times`)
    if (problems.length === 0) return
    throw new AssertionError({
      message: `the sink was not treated as a sink should be: ${problems.join('; ')}`,
      actual: { opens, closes },
      expected: { opens, closes: opens },
      operator: 'assertClosed',
    })
  }
}

import { invalidArgument } from '../graph/invalid-argument.ts'
import type { AssertionError } from 'node:assert'
import { type CallSite, callSite, type Expectation, failedTest, type Outcome } from './expectation.ts'
import { compareMarbles, compareSubscriptions } from './marble-text.ts'
import type { Mark } from './marks.ts'
import {
  type Marble,
  type MarbleValues,
  parseMarbles,
  parseSubscription,
  type SubscriptionFrames,
  withMarksOf,
} from './parse-marbles.ts'

/** What `expectStream` and its like return. */
export interface StreamExpectation<T> {
  /**
   * The diagram, the values its letters stand for, and the error of `#`: a value, a class the error is an instance
   * of, or a regular expression for its message. Watermarks, barriers and crashes are compared where letters stand for
   * some: all of the kind then, and none otherwise.
   */
  toBe(marbles: string, values?: MarbleValues<T | Mark>, error?: unknown): void
}

export interface SubscriptionExpectation {
  /** One diagram per subscription, in the order they began; none where nobody subscribes. */
  toBe(marbles: string | readonly string[]): void
}

/** The expectations of one test. */
export class Expectations {
  readonly #expectations: { readonly expectation: Expectation; readonly site: CallSite }[] = []
  /** Subjects `toBe` has not been called for. */
  readonly #open = new Map<object, string>()

  /** Whether one of them says that the job fails. */
  get failure(): boolean {
    return this.#expectations.some(({ expectation }) => expectation.failure)
  }

  /** @param actual what came, read when the job is over. */
  marbles<T>(
    subject: string,
    actual: (outcome: Outcome) => readonly Marble<unknown>[],
    failsJob = true,
  ): StreamExpectation<T> {
    return this.#pending(
      subject,
      (below, marbles: string, values?: MarbleValues<T | Mark>, error?: unknown) => {
        const expected = parseMarbles<T | Mark>(marbles, values, error)
        const failure = failsJob && expected.some(({ kind }) => kind === 'error')
        const compare = (outcome: Outcome) =>
          compareMarbles(expected, withMarksOf(values, actual(outcome)), values)
        this.#add({ subject, failure, compare }, callSite(below))
      },
    )
  }

  subscriptions(subject: string, actual: readonly SubscriptionFrames[]): SubscriptionExpectation {
    return this.#pending(subject, (below, marbles: string | readonly string[]) => {
      const diagrams = typeof marbles === 'string' ? [marbles] : marbles
      const expected = diagrams.map(parseSubscription)
      this.#add(
        { subject, failure: false, compare: () => compareSubscriptions(expected, actual) },
        callSite(below),
      )
    })
  }

  /** @throws InvalidArgumentError where one was begun and not finished. */
  checkComplete(): void {
    for (const subject of this.#open.values()) {
      throw invalidArgument('marbles', `${subject} says nothing`, 'call toBe(...) on what it returned')
    }
  }

  /** How they differ from what happened, as one error, or undefined. It points at the first that does. */
  verdict(outcome: Outcome): AssertionError | undefined {
    const failed = this.#expectations.flatMap(({ expectation, site }) => {
      const comparison = expectation.compare(outcome)
      return comparison === undefined ? [] : [{ subject: expectation.subject, comparison, site }]
    })
    const [first] = failed
    if (first === undefined) return undefined
    const texts = failed.map(
      ({ subject, comparison }) => `${subject} is another diagram\n\n${comparison.text}`,
    )
    const comparisons = failed.map(({ comparison }) => comparison)
    return failedTest(texts.join('\n\n'), { site: first.site, comparisons })
  }

  #add(expectation: Expectation, site: CallSite): void {
    this.#expectations.push({ expectation, site })
  }

  /** An expectation that counts once `toBe` is called, and must be. */
  #pending<A extends readonly unknown[]>(
    subject: string,
    // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- what Node's captureStackTrace takes
    add: (below: Function, ...args: A) => void,
  ): { toBe: (...args: A) => void } {
    const toBe = (...args: A): void => {
      this.#open.delete(toBe)
      add(toBe, ...args)
    }
    this.#open.set(toBe, subject)
    return { toBe }
  }
}

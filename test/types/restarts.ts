import { expectTypeOf } from 'expect-type'
import {
  type EnvironmentOptions,
  exponentialDelay,
  failureRate,
  fixedDelay,
  type JobResult,
  noRestart,
  type RestartStrategy,
} from '../../src/index.ts'

const strategies: RestartStrategy[] = [noRestart(), fixedDelay(), exponentialDelay(), failureRate()]
const plain: RestartStrategy = { type: 'exponential', initial: 1, max: 2 }
export const options: EnvironmentOptions[] = [...strategies, plain].map((restart) => ({ restart }))

expectTypeOf(fixedDelay({ attempts: 3 }).attempts).toEqualTypeOf<number>()
expectTypeOf(exponentialDelay().jitter).toEqualTypeOf<number>()
declare const result: JobResult
expectTypeOf(result.restartCauses[0]!).toEqualTypeOf<{
  readonly at: string
  readonly message: string
  readonly operator?: string
  readonly restoredFrom?: number
}>()

// @ts-expect-error plain data says how often
export const fixed: RestartStrategy = { type: 'fixed-delay', delay: 1 }
// @ts-expect-error there is no such strategy
export const unknown: RestartStrategy = { type: 'sometimes' }
// @ts-expect-error there is no such option
fixedDelay({ attempt: 3 })

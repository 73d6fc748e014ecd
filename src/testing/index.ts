export { marbles, type MarbleOptions, type MarbleRun } from './marbles.ts'
export type { MarbleInput, MarbleTest } from './marble-test.ts'
export type { StreamExpectation, SubscriptionExpectation } from './expectations.ts'
export type { MarbleObservable } from './marble-observable.ts'
export type { MarbleSource } from './marble-source.ts'
export type { Marble, MarbleValues, SubscriptionFrames } from './parse-marbles.ts'

export { TestEnvironment, type TestEnvironmentOptions } from './test-environment.ts'
export {
  type PendingTimer,
  type RunOptions,
  VirtualClock,
  virtualClock,
  type VirtualClockOptions,
} from './virtual-clock.ts'
export { VirtualTimeError } from './virtual-time-error.ts'
export type { Cancel, Clock } from '../time/clock.ts'

export {
  FAIL,
  type Fail,
  PAUSE,
  type Pause,
  type TestItem,
  type TestSource,
  testSource,
  type TestSourceOptions,
} from './test-source.ts'
export { END } from '../functions/user-functions.ts'
export { type CollectingSink, collectingSink } from './collecting-sink.ts'
export { type Fault, type FaultPlan, faultPlan, type FaultPlanOptions } from './fault-plan.ts'

export { marbles, type MarbleOptions, type MarbleRun } from './marbles.ts'
export type { MarbleInput, MarbleTest } from './marble-test.ts'
export type { StreamExpectation, SubscriptionExpectation } from './expectations.ts'
export type { MarbleObservable } from './marble-observable.ts'
export type { MarbleSource } from './marble-source.ts'
export type { Marble, MarbleValues, SubscriptionFrames } from './parse-marbles.ts'

export { TestEnvironment, type TestEnvironmentOptions, type TestRunOptions } from './test-environment.ts'
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
export {
  BARRIER,
  type Barrier,
  CRASH,
  type Crash,
  type Mark,
  type Timed,
  WATERMARK,
  type Watermark,
} from './marks.ts'
export type { TimedItem } from './timed-source.ts'
export {
  type Collected,
  type CollectingSink,
  collectingSink,
  type CollectingSinkOptions,
  type TransactionalCollectingSink,
} from './collecting-sink.ts'
export { type Fault, type FaultPlan, faultPlan, type FaultPlanOptions } from './fault-plan.ts'
export { crashAtBarrier, crashAtRecord, type CrashPhase, type CrashPoint, type Drawn } from './crash-point.ts'
export { PlannedCrashError } from './planned-crash-error.ts'
export { seeded, type SeededOptions, type SeededRun } from './seeded.ts'

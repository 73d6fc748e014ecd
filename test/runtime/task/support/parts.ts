import { silentLogger } from '../../../../src/functions/logger.ts'
import type { ServiceCaller } from '../../../../src/functions/services.ts'
import type { Transformation } from '../../../../src/graph/transformation.ts'
import type { ReadWaker } from '../../../../src/runtime/flow-control/channel.ts'
import { Book } from '../../../../src/runtime/metrics/book.ts'
import { MetricRegistry } from '../../../../src/runtime/metrics/metric-registry.ts'
import { CallContext, type OperatorScope } from '../../../../src/runtime/task/call-context.ts'
import { realClock } from '../../../../src/time/real-clock.ts'
import type { Stage, StageMode } from '../../../../src/runtime/task/stage.ts'

/** A node of the graph, of which only what matters is told. */
export const createNode = (told: object = {}): Transformation => ({
  id: 'n1',
  name: 'op',
  kind: 'map',
  inputs: ['n0'],
  onError: 'fail',
  keyed: false,
  concurrency: 1,
  ordered: true,
  ...told,
})

export const createScope = (told: Partial<OperatorScope> = {}): OperatorScope => ({
  operator: 'op',
  subtaskIndex: 0,
  parallelism: 1,
  signal: new AbortController().signal,
  logger: silentLogger,
  metrics: new MetricRegistry(),
  services: {} as ServiceCaller,
  clock: realClock,
  now: () => 0,
  ...told,
})

export const createStage = (mode: StageMode, call: Stage['call'], told: object = {}): Stage => ({
  node: createNode(),
  book: new Book(),
  mode,
  takes: 'context',
  context: new CallContext(createScope()),
  call,
  ...told,
})

/** Counts how often it is woken. */
export class CountingWaker implements ReadWaker {
  wakes = 0

  wake(): void {
    this.wakes++
  }

  wakeToRead(): void {
    this.wakes++
  }
}

/** Columns of a book that are not 0. */
export const countsOf = (book: Book): Record<string, number> =>
  Object.fromEntries(
    Object.entries(book as unknown as Record<string, number>).filter(([, count]) => count !== 0),
  )

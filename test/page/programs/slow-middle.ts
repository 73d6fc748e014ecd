import { setTimeout as delay } from 'node:timers/promises'
import {
  insideJob,
  monotonousTimestamps,
  RemoteEnvironment,
  type RemoteEnvironmentOptions,
} from '../../../src/index.ts'

/** A job without end: a quick source with event times, an operator of two subtasks that takes its time, a sink. */
export function slowMiddle(options: RemoteEnvironmentOptions = {}): RemoteEnvironment {
  const env = new RemoteEnvironment('slow middle', { chunkSize: 1, ...options, entry: import.meta.url })
  env
    .fromBatch(numbers, { name: 'numbers' })
    .assignTimestamps((n) => Date.UTC(2026, 0, 1) + n, monotonousTimestamps(), { name: 'times' })
    .map(takeTime, { name: 'slow', parallelism: 2 })
    .sink(() => {}, { name: 'behind', parallelism: 1 })
  return env
}

function* numbers(): Generator<number> {
  for (let n = 0; ; n++) yield n
}

const takeTime = (n: number): Promise<number> => delay(5, n)

if (insideJob()) await slowMiddle().submit({ autostop: true })

import {
  insideJob,
  monotonousTimestamps,
  RemoteEnvironment,
  type RemoteEnvironmentOptions,
} from '../../../src/index.ts'

/** Sets off whatever takes it for markup. */
export const bait = `<img src=x onerror="alert('got you')"><script>alert(1)</script>`

/** A job that goes on until somebody ends it. Some of its records are made to be taken for markup. */
export function flowing(options: RemoteEnvironmentOptions = {}): RemoteEnvironment {
  const env = new RemoteEnvironment('flowing', { ...options, entry: import.meta.url })
  env
    .fromInterval(5, { name: 'ticks' })
    .assignTimestamps((n) => n * 1000, monotonousTimestamps())
    .map((n) => ({ n, text: bait }), { name: 'baits' })
    .keyBy(({ n }) => `${bait} ${n % 3}`, { name: 'by text' })
    .map(({ n }) => n, { name: 'numbers', parallelism: 2 })
    .sink(() => {}, { name: 'nowhere', parallelism: 2 })
  return env
}

if (insideJob()) await flowing().submit({ autostop: true })

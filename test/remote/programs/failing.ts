import { insideJob, RemoteEnvironment, type RemoteEnvironmentOptions } from '../../../src/index.ts'

export function failing(options: RemoteEnvironmentOptions = {}): RemoteEnvironment {
  const env = new RemoteEnvironment('failing', { ...options, entry: import.meta.url })
  env
    .fromBatch([1, 2, 3])
    .map(refuseTwo, { name: 'strict' })
    .sink(() => {})
  return env
}

/** The line of the call above, and of the throw below. */
export const lines = { call: 7, throw: 17 }

function refuseTwo(n: number): number {
  if (n === 2) {
    throw new RangeError('no two here', { cause: 'because' })
  }
  return n
}

if (insideJob()) await failing().submit({ autostop: true })

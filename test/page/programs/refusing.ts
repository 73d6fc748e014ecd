import { insideJob, RemoteEnvironment, type RemoteEnvironmentOptions } from '../../../src/index.ts'

/** Sets off whatever takes it for markup. */
export const bait = `<img src=x onerror="alert('got you')"><script>alert(1)</script>`

const RECORDS = 60

/** A job that gives 60 records up, all made to be taken for markup. The first it gives up again, others pass when they come back. */
export function refusing(options: RemoteEnvironmentOptions = {}): RemoteEnvironment {
  const env = new RemoteEnvironment('refusing', { ...options, entry: import.meta.url })
  const seen = new Set<number>()
  let given = 0
  env
    .fromSource(() => (given < RECORDS ? { n: given++, text: bait } : new Promise<never>(() => {})), {
      name: 'baits',
    })
    .map(
      ({ n, text }) => {
        if (n === 0 || !seen.has(n)) {
          seen.add(n)
          throw new TypeError(`${text} no ${n}`, { cause: new Error(`${text} cause`) })
        }
        return n
      },
      { name: `${bait} map`, onError: 'dead-letter' },
    )
    .sink(() => {})
  return env
}

if (insideJob()) await refusing().submit({ autostop: true })

import { RemoteEnvironment } from '../../../../src/index.ts'

export interface TickingSettings {
  readonly failsAt?: number
}

/** Goes on until it is stopped, a few hundred records a second, and says every tenth of them. */
export function ticking({ failsAt }: TickingSettings): RemoteEnvironment {
  let read = 0
  const env = new RemoteEnvironment('ticking')
  env
    .fromSource<number>({
      next: () => new Promise((resolve) => setTimeout(() => resolve(read++), 2)),
      snapshot: () => read,
      restore: (position) => void (read = position as number),
    })
    .map(
      (n) => {
        if (n === failsAt) throw new Error(`there is no ${n}`)
        return n
      },
      { name: 'check' },
    )
    .sink((n) => void (n % 10 === 0 && console.log(`tick ${n}`)), { name: 'say' })
  return env
}

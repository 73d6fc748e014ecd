import { RemoteEnvironment } from '../../src/remote/remote-environment.ts'

/** A job that goes on until it is cancelled, with some operators to draw. */
export const endlessJob = (): RemoteEnvironment => {
  const env = new RemoteEnvironment('endless')
  env
    .fromInterval(20, { name: 'ticks' })
    .map((n) => n + 1, { name: 'next', parallelism: 2 })
    .filter((n) => n % 2 === 0, { name: 'even' })
    .sink(() => {}, { name: 'nowhere' })
  return env
}

import { RemoteEnvironment } from '../../src/remote/remote-environment.ts'

/** A job that does next to nothing: what it takes is what any job takes. */
export const tinyJob = (): RemoteEnvironment => {
  const env = new RemoteEnvironment('tiny')
  env.fromBatch([1, 2, 3]).sink(() => {})
  return env
}

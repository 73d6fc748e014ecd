import { readFileSync } from 'node:fs'
import {
  type Collected,
  insideJob,
  RemoteEnvironment,
  type RemoteEnvironmentOptions,
} from '../../../src/index.ts'

/** Tells what a job finds around it. */
export function surroundings(options: RemoteEnvironmentOptions = {}): {
  readonly env: RemoteEnvironment
  readonly seen: Collected<unknown>
} {
  const env = new RemoteEnvironment('surroundings', {
    ...options,
    entry: import.meta.url,
    assets: ['data/*.txt'],
  })
  const seen = env
    .fromBatch(['once'])
    .map(() => ({
      asset: readFileSync(new URL('./data/note.txt', import.meta.url), 'utf8').trim(),
      argv: process.argv.slice(2),
      plain: process.env['REMOTE_TEST_PLAIN'],
      other: process.env['REMOTE_TEST_OTHER'],
      secret: process.env['REMOTE_TEST_SECRET'],
    }))
    .tap(({ secret }) => console.log(`the secret is ${secret}`))
    .collect()
  return { env, seen }
}

if (insideJob()) await surroundings().env.submit({ autostop: true })

import {
  fixedDelay,
  insideJob,
  RemoteEnvironment,
  type RemoteEnvironmentOptions,
} from '../../../src/index.ts'

/** A job that writes lines of all levels, begins again once, and fails for good with a cause. */
export function troubled(options: RemoteEnvironmentOptions = {}): RemoteEnvironment {
  const env = new RemoteEnvironment('troubled', {
    restart: fixedDelay({ attempts: 1, delay: 10 }),
    ...options,
    entry: import.meta.url,
  })
  env
    .fromBatch(['a fine one', 'a bad one'], { name: 'records' })
    .tap(write, { name: 'writes' })
    .map(refuse, { name: 'checks' })
    .sink(() => {}, { name: 'nowhere' })
  return env
}

function write(text: string): void {
  console.log(`DEBUG about to look at ${text}`)
  console.log(`plain ${text}`)
  console.error(`WARN careful with ${text}`)
  console.log(JSON.stringify({ level: 50, msg: `cannot take ${text}` }))
}

function refuse(text: string): string {
  if (text === 'a bad one') throw new Error('it is refused', { cause: new TypeError('the deeper reason') })
  return text
}

if (insideJob()) await troubled().submit({ autostop: true })

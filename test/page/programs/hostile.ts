import { insideJob, RemoteEnvironment, type RemoteEnvironmentOptions } from '../../../src/index.ts'

/** Sets off whatever takes it for markup. */
export const bait = `<img src=x onerror="alert('got you')"><script>alert(1)</script>`

/** A job whose name, operators, records, log and error are all made to be taken for something else. */
export function hostile(options: RemoteEnvironmentOptions = {}): RemoteEnvironment {
  const env = new RemoteEnvironment(`${bait} job`, { ...options, entry: import.meta.url })
  env
    .fromBatch([`${bait} one`, `${bait} two`], { name: `${bait} source` })
    .tap((text) => console.log(`log ${text} \u001b[31mred\u001b[0m`))
    .map(refuse, { name: `${bait} map` })
    .sink(() => {})
  return env
}

function refuse(text: string): string {
  if (text.endsWith('two')) throw new Error(`error ${text}`)
  return text
}

if (insideJob()) await hostile().submit({ autostop: true })

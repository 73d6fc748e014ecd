// The same program in this process and on a job server: an environment variable decides.
//
//   node --import tsx examples/anywhere.ts
//   MILLRACE_HOST=127.0.0.1 MILLRACE_PORT=19001 node --import tsx examples/anywhere.ts

import process from 'node:process'
import { LocalEnvironment, RemoteEnvironment } from '../src/index.ts'

const { MILLRACE_HOST: host, MILLRACE_PORT: port = '19001' } = process.env

class Dictionary {
  readonly #words = new Set(['the', 'quick', 'brown', 'fox'])

  knows(word: string): boolean {
    return this.#words.has(word)
  }
}

// The variable travels, so that the program makes the same choice where it runs as a job.
const env =
  host === undefined
    ? new LocalEnvironment('spelling').registerService('dictionary', Dictionary)
    : new RemoteEnvironment('spelling', { host, port: Number(port), env: ['MILLRACE_HOST'] }).registerService(
        'dictionary',
        Dictionary,
      )

const unknown = env
  .fromBatch('the quick brwon fox'.split(' '))
  .filter(async (word, ctx) => !(await ctx.service('dictionary').knows(word)))
  .collect()

const { status } = await env.submit({ autostop: true })
console.log(status, unknown.values)

// Node streams at both ends: a gzipped file in, a transformed one out. Only a few chunks are in memory at any time: the
// file is read as fast as the pipeline takes it, and the pipeline runs as fast as the output is written.
//
//   node --import tsx examples/node-streams.ts

import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline as connect, Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { type Collector, type FlatMapper, LocalEnvironment, type Sink } from '../src/index.ts'

/** Cuts text into lines, wherever chunks begin and end. `end` is for the last line, which has no newline after it. */
class Lines implements FlatMapper<string, string> {
  #rest = ''

  flatMap(chunk: string): string[] {
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop()!
    return lines
  }

  end(out: Collector<string>): void | Promise<void> {
    if (this.#rest !== '') return out.emit(this.#rest)
  }
}

/** Writes to a Writable, waits while it is full, and ends it with the job. */
class WriteTo implements Sink<string> {
  readonly #stream: Writable

  constructor(stream: Writable) {
    this.#stream = stream
  }

  async write(text: string): Promise<void> {
    if (!this.#stream.write(text)) await once(this.#stream, 'drain')
  }

  close(): void {
    this.#stream.end()
  }
}

const folder = await mkdtemp(join(tmpdir(), 'millrace-'))
const input = join(folder, 'temperatures.csv.gz')
const output = join(folder, 'warm-days.ndjson.gz')

function* temperatures(): Generator<string> {
  for (let day = 0; day < 50_000; day++) yield `${day},${(15 + 10 * Math.sin(day / 58)).toFixed(1)}\n`
}
await pipeline(Readable.from(temperatures()), createGzip(), createWriteStream(input))

// `connect` hands an error of the file on to the job, which then fails.
const text = (): Readable => connect(createReadStream(input), createGunzip(), () => {}).setEncoding('utf8')
const gzip = createGzip()
const written = pipeline(gzip, createWriteStream(output))

const env = new LocalEnvironment('node-streams')
let days = 0

env
  .fromReadable<string>(text, { name: 'gunzip' })
  .flatMap(Lines)
  .map((line) => line.split(',') as [string, string])
  .filter(([, celsius]) => Number(celsius) > 20)
  .tap(() => void days++)
  .map(([day, celsius]) => `${JSON.stringify({ day: Number(day), celsius: Number(celsius) })}\n`)
  .sink(new WriteTo(gzip), { name: 'gzip' })

await env.submit({ autostop: true })
await written

const [first] = (await Readable.from(createReadStream(output).pipe(createGunzip())).toArray())
  .join('')
  .split('\n')
console.log(`${days} warm days, the first ${first}`)
await rm(folder, { recursive: true })

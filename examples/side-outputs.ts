// Side outputs: one operator, several streams. `process` emits what it likes, where it likes.
//
//   node --import tsx examples/side-outputs.ts

import { LocalEnvironment } from '../src/index.ts'

const env = new LocalEnvironment('side-outputs')

interface Hit {
  readonly path: string
  readonly status: number
}

const parsed = env
  .fromBatch(['GET /index.html 200', 'GET /missing 404', 'nonsense', 'POST /login 500', 'GET /about 200'])
  .process<Hit>(
    // Awaiting what `emit` and `side` return holds memory flat: it is a promise where a reader is slower.
    async (line, _ctx, out) => {
      const [, path, status] = /^\w+ (\S+) (\d{3})$/.exec(line) ?? []
      if (path === undefined) return out.side('unparsed', line)
      if (status === '500') await out.side('alarm', path)
      await out.emit({ path, status: Number(status) })
    },
    { name: 'parse' },
  )

parsed.sink(({ path, status }) => console.log(`${status} ${path}`))
parsed.sideOutput<string>('alarm').sink((path) => console.log(`alarm: ${path}`))
parsed.sideOutput<string>('unparsed').sink((line) => console.log(`not understood: ${line}`))

await env.submit({ autostop: true })

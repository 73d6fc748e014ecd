// Copies numbers from one stream to another, exactly once, and goes on where it was killed.
//
//   node --import tsx copy.ts <servers> <folder of checkpoints> <count>

import process from 'node:process'
import { jetStreamSink, jetStreamSource } from '../../../../src/connectors/jetstream/index.ts'
import { FileCheckpointStore, LocalEnvironment } from '../../../../src/index.ts'

const [servers = '', folder = '', count = '0'] = process.argv.slice(2)
const env = new LocalEnvironment('copy', {
  checkpoints: { store: new FileCheckpointStore(folder), interval: 30 },
})
env
  .fromSource(
    jetStreamSource<number>({
      servers,
      stream: 'IN',
      subject: ['in.a', 'in.b'],
      decode: ({ data }) => Number(data.toString()),
      until: 'end',
    }),
    { parallelism: 2 },
  )
  .map(async (n) => {
    // Slow enough to be killed in the middle.
    if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    return n
  })
  .sink(
    jetStreamSink<number>({
      servers,
      subject: (n) => `out.${n % 2 === 0 ? 'a' : 'b'}`,
      exactlyOnce: { stream: 'OUT', marker: 'out.markers' },
    }),
    { parallelism: 2 },
  )
await env.submit({ autostop: true, resume: 'latest' })
process.stdout.write(`copied ${count}\n`)

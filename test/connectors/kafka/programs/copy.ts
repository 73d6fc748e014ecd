// Copies numbers from one topic to another, exactly once, and goes on where it was killed.
//
//   node --import tsx copy.ts <brokers> <from> <to> <folder of checkpoints>

import { kafkaSink, kafkaSource } from '../../../../src/connectors/kafka/index.ts'
import { FileCheckpointStore, LocalEnvironment } from '../../../../src/index.ts'

const [brokers = '', from = '', to = '', folder = ''] = process.argv.slice(2)
const env = new LocalEnvironment('copy', {
  checkpoints: { store: new FileCheckpointStore(folder), interval: 50 },
})
env
  .fromSource(
    kafkaSource<number>({
      brokers,
      topic: from,
      decode: ({ value }) => Number(String(value)),
      until: 'end',
    }),
    { parallelism: 2 },
  )
  .map(async (n) => {
    // Slow enough to be killed in the middle.
    if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    return n
  })
  .sink(
    kafkaSink<number>({ brokers, topic: to, key: (n) => String(n % 7), exactlyOnce: { id: `copy-${to}` } }),
    { parallelism: 2 },
  )
await env.submit({ autostop: true, resume: 'latest' })

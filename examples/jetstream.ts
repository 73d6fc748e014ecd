// Reads a stream of NATS JetStream and writes another, exactly once: what it did not finish when it is killed, it
// finishes when it is started again.
//
//   nats-server -js
//   nats stream add TEMPERATURES --subjects 'temperatures.*'
//   nats stream add ALARMS --subjects 'alarms.>' --allow-batch
//   node --import tsx examples/jetstream.ts nats://127.0.0.1:4222 checkpoints

import { FileCheckpointStore, LocalEnvironment } from '../src/index.ts'
import { jetStreamSink, jetStreamSource } from '../src/connectors/jetstream/index.ts'

const [servers = 'nats://127.0.0.1:4222', folder = 'checkpoints'] = process.argv.slice(2)

const env = new LocalEnvironment('alarms', {
  checkpoints: { store: new FileCheckpointStore(folder), interval: 1_000 },
})

env
  .fromSource(
    jetStreamSource<{ room: string; celsius: number }>({
      servers,
      stream: 'TEMPERATURES',
      decode: ({ subject, data }) => ({ room: subject.split('.')[1]!, celsius: Number(data.toString()) }),
      until: 'end',
    }),
  )
  .filter(({ celsius }) => celsius > 30)
  .tap(({ room, celsius }) => console.log(`${room}: ${celsius} °C`))
  .sink(
    jetStreamSink<{ room: string; celsius: number }>({
      servers,
      subject: ({ room }) => `alarms.${room}`,
      exactlyOnce: { stream: 'ALARMS', marker: 'alarms.markers' },
    }),
  )

const { status } = await env.submit({ autostop: true, resume: 'latest' })
console.log(status)

// Reads a topic of Kafka and writes another, exactly once: what it did not finish when it is killed, it finishes when it
// is started again. Both topics have to be there.
//
//   node --import tsx examples/kafka.ts localhost:9092 temperatures alarms checkpoints

import { FileCheckpointStore, LocalEnvironment } from '../src/index.ts'
import { kafkaSink, kafkaSource } from '../src/connectors/kafka/index.ts'

const [brokers = 'localhost:9092', from = 'temperatures', to = 'alarms', folder = 'checkpoints'] =
  process.argv.slice(2)

const env = new LocalEnvironment('alarms', {
  checkpoints: { store: new FileCheckpointStore(folder), interval: 1_000 },
})

env
  .fromSource(
    kafkaSource<{ room: string; celsius: number }>({
      brokers,
      topic: from,
      decode: ({ key, value }) => ({ room: String(key), celsius: Number(String(value)) }),
      until: 'end',
    }),
  )
  .filter(({ celsius }) => celsius > 30)
  .tap(({ room, celsius }) => console.log(`${room}: ${celsius} °C`))
  .sink(
    kafkaSink<{ room: string; celsius: number }>({
      brokers,
      topic: to,
      key: ({ room }) => room,
      exactlyOnce: { id: 'alarms' },
    }),
  )

const { status } = await env.submit({ autostop: true, resume: 'latest' })
console.log(status)

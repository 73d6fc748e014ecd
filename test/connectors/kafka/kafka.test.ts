import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { Producer } from '@platformatic/kafka'
import * as assert from 'uvu/assert'
import { KafkaError, kafkaSink, kafkaSource } from '../../../src/connectors/kafka/index.ts'
import { SourcePositionError } from '../../../src/errors/checkpoint-errors.ts'
import { END } from '../../../src/functions/user-functions.ts'
import { runExample } from '../../examples/run-example.ts'
import { createEnvironment, failureOf } from '../../job/jobs.ts'
import { kafkaSuite } from '../../support/kafka/kafka-suite.ts'
import { running } from '../../support/node-arguments.ts'
import { openSource } from '../source-contract.ts'
import { allOf, openTopics } from './topics.ts'

const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => String(from + i))
const inOrder = (texts: readonly string[]): number[] => texts.map(Number).toSorted((a, b) => a - b)
const textOf = ({ value }: { value: Buffer | null }): string => String(value)

kafkaSuite(
  'Kafka',
  (test) => {
    test('gives what a topic holds, partition by partition in order, and ends', async (context) => {
      const topics = await openTopics(context)
      const topic = await topics.create(2)
      await topics.send(topic, numbers(3), 0)
      await topics.send(topic, numbers(3, 10), 1)
      const messages = await allOf({ brokers: topics.brokers, topic, until: 'end' })
      const of = (partition: number): string[] =>
        messages.filter((message) => message.partition === partition).map(textOf)
      assert.equal([of(0), of(1)], [numbers(3), numbers(3, 10)])
      assert.equal(
        messages.filter(({ partition }) => partition === 0).map(({ offset }) => offset),
        [0, 1, 2],
      )
      assert.ok(Math.abs(messages[0]!.timestamp - Date.now()) < 60_000)
    })

    test('deals partitions out to subtasks, some of which have none', async (context) => {
      const topics = await openTopics(context)
      const topic = await topics.create(3)
      for (const partition of [0, 1, 2]) await topics.send(topic, [String(partition)], partition)
      const shares: string[][] = []
      for (const subtaskIndex of [0, 1, 2, 3]) {
        const source = kafkaSource<string>({ brokers: topics.brokers, topic, until: 'end', decode: textOf })
        const opened = await openSource(source, { subtaskIndex, parallelism: 4 })
        const share: string[] = []
        for (let next = await opened.next(); next !== END; next = await opened.next()) share.push(next)
        shares.push(share)
        await opened.close()
      }
      assert.equal(shares, [['0'], ['1'], ['2'], []])
    })

    test('goes on behind any position, and stands where it stood while it waits', async (context) => {
      const topics = await openTopics(context)
      const topic = await topics.create(1)
      await topics.send(topic, numbers(5))
      const source = kafkaSource<string>({ brokers: topics.brokers, topic, decode: textOf })
      let position: unknown
      for (const expected of numbers(5)) {
        const opened = await openSource(source, { position })
        assert.is(await opened.next(), expected)
        position = opened.source.snapshot!()
        await opened.close()
      }
      const opened = await openSource(source, { position })
      const pending = opened.next()
      assert.equal(opened.source.snapshot!(), position)
      await topics.send(topic, ['more'])
      assert.is(await pending, 'more')
      const last = opened.next()
      opened.stop.abort(new Error('stop'))
      assert.is(await last, END)
      await opened.close()
    })

    test('begins behind what is there, or at a time', async (context) => {
      const topics = await openTopics(context)
      const topic = await topics.create(1)
      await topics.send(topic, ['old'])
      await delay(20)
      const time = Date.now()
      const { brokers } = topics
      const fresh = await openSource(kafkaSource<string>({ brokers, topic, from: 'new', decode: textOf }))
      await topics.send(topic, ['young'])
      assert.is(await fresh.next(), 'young')
      await fresh.close()
      const since = await allOf({ brokers, topic, from: { time }, until: 'end' })
      assert.equal(since.map(textOf), ['young'])
      assert.equal(await allOf({ brokers, topic, from: { time: time + 3_600_000 }, until: 'end' }), [])
    })

    test('gives nothing of transactions that were given up', async (context) => {
      const topics = await openTopics(context)
      const topic = await topics.create(1)
      const options = { clientId: 'test', bootstrapBrokers: [topics.brokers], idempotent: true, acks: -1 }
      const producer = new Producer({ ...options, transactionalId: topic, retries: 20, retryDelay: 200 })
      context.cleanup(() => producer.close(true))
      for (const end of ['abort', 'commit', 'abort', 'abort'] as const) {
        const transaction = await producer.beginTransaction()
        await transaction.send({ messages: [{ topic, value: Buffer.from(end) }] })
        await transaction[end]()
      }
      assert.equal(await topics.texts(topic), ['commit'])
    })

    test('fails where the topic is not there, or reaches not so far any more', async (context) => {
      const topics = await openTopics(context)
      const { brokers } = topics
      const env = createEnvironment()
      env.fromSource(kafkaSource({ brokers, topic: 'nowhere' }), { name: 'in' }).sink(() => {})
      const failure = await failureOf(env.submit({ autostop: true }))
      assert.instance(failure.cause, KafkaError)
      assert.match((failure.cause as Error).message, "There is no topic 'nowhere'")

      const topic = await topics.create(1)
      await topics.send(topic, numbers(5))
      const source = kafkaSource<string>({ brokers, topic, decode: textOf })
      const opened = await openSource(source)
      await opened.next()
      const position = opened.source.snapshot!()
      await opened.close()
      await topics.admin.deleteRecords({
        topics: [{ name: topic, partitions: [{ partition: 0, offset: 3n }] }],
      })
      const error: unknown = await openSource(source, { position }).catch((thrown: unknown) => thrown)
      assert.instance(error, SourcePositionError)
      assert.match((error as Error).message, 'begins at 3, and 1 comes next')
    })

    test('writes keys, headers and tombstones, at once', async (context) => {
      const topics = await openTopics(context)
      const topic = await topics.create(4)
      const { brokers } = topics
      const env = createEnvironment()
      env.fromBatch(Array.from({ length: 5_000 }, (_, i) => i)).sink(
        kafkaSink<number>({
          brokers,
          topic,
          key: (n) => `k${n % 3}`,
          headers: (n) => ({ parity: n % 2 === 0 ? 'even' : 'odd' }),
          encode: (n) => (n === 7 ? null : String(n)),
        }),
      )
      await env.submit({ autostop: true })
      const messages = await allOf({ brokers, topic, until: 'end' })
      assert.is(messages.length, 5_000)
      assert.is(messages.filter(({ value }) => value === null).length, 1)
      for (const key of ['k0', 'k1', 'k2']) {
        const own = messages.filter((message) => String(message.key) === key)
        assert.is(new Set(own.map(({ partition }) => partition)).size, 1)
        const values = own.map(({ value }) => (value === null ? 7 : Number(String(value))))
        assert.equal(values, inOrder(values.map(String)), 'in order')
      }
      assert.is(String(messages.find(({ value }) => String(value) === '12')!.headers['parity']), 'even')
    })

    test('is read and written by examples/kafka.ts', async (context) => {
      const topics = await openTopics(context)
      const [from, to] = [await topics.create(1), await topics.create(1)]
      const messages = ['21', '35', '41'].map((celsius) => ({
        topic: from,
        key: Buffer.from('kitchen'),
        value: Buffer.from(celsius),
      }))
      await topics.producer.send({ messages })
      const folder = mkdtempSync(join(tmpdir(), 'millrace-example-'))
      context.cleanup(() => rmSync(folder, { recursive: true, force: true }))
      const args = [topics.brokers, from, to, folder]
      const { stdout, stderr } = await runExample('examples/kafka.ts', args, context.signal)
      assert.is(stderr, '')
      assert.is(stdout, 'kitchen: 35 °C\nkitchen: 41 °C\ncompleted\n')
      assert.equal(await topics.texts(to), [
        '{"room":"kitchen","celsius":35}',
        '{"room":"kitchen","celsius":41}',
      ])
    })

    test(
      'has every record once though the job is killed again and again',
      { timeout: 150_000 },
      async (context) => {
        const topics = await openTopics(context)
        const [from, to] = [await topics.create(2), await topics.create(3)]
        const COUNT = 8_000
        await topics.send(from, numbers(COUNT))
        const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-copy-'))
        context.cleanup(() => rmSync(folder, { recursive: true, force: true }))
        const start = () => {
          const program = running('test/connectors/kafka/programs/copy.ts')
          const child = spawn(process.execPath, [...program, topics.brokers, from, to, folder], {
            stdio: ['ignore', 'ignore', 'inherit'],
          })
          context.cleanup(() => child.kill('SIGKILL'))
          return child
        }
        let seen = 0
        let killed = 0
        for (let kills = 0; kills < 4; kills++) {
          const child = start()
          const gone = once(child, 'close')
          let count = seen
          while (count <= seen + 100 && child.exitCode === null) count = await topics.reach(to)
          child.kill('SIGKILL')
          await gone
          seen = count
          if (seen < COUNT) killed++
        }
        assert.ok(killed > 0, 'it was killed in the middle')
        assert.equal(await once(start(), 'close'), [0, null])
        assert.equal(inOrder(await topics.texts(to)), inOrder(numbers(COUNT)))
      },
    )
  },
  { timeout: 120_000 },
)

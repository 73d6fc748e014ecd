import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import * as assert from 'uvu/assert'
import {
  JetStreamError,
  type JetStreamSourceOptions,
  jetStreamSink,
  type JetStreamSinkOptions,
  jetStreamSource,
} from '../../../src/connectors/jetstream/index.ts'
import type { CommittingSink } from '../../../src/connectors/jetstream/committing-sink.ts'
import { SourcePositionError } from '../../../src/errors/checkpoint-errors.ts'
import { END } from '../../../src/functions/user-functions.ts'
import { runExample } from '../../examples/run-example.ts'
import { createEnvironment } from '../../job/jobs.ts'
import { natsSuite } from '../../support/nats/nats-suite.ts'
import { type OpenOptions, openSource } from '../source-contract.ts'
import { startStreams, type Streams } from './streams.ts'

const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => String(from + i))

const read = async (
  { address }: Streams,
  options: Partial<JetStreamSourceOptions<string>> = {},
  how: OpenOptions = {},
): Promise<string[]> => {
  const own = { servers: address, stream: 'S', until: 'end', decode: textOf, ...options } as const
  const opened = await openSource(jetStreamSource<string>(own), how)
  const texts: string[] = []
  for (let next = await opened.next(); next !== END; next = await opened.next()) texts.push(next)
  await opened.close()
  return texts
}
const textOf = ({ data }: { data: Buffer }): string => data.toString()

natsSuite(
  'jetStreamSource',
  (test) => {
    test('begins where it is told to', async (context) => {
      const streams = await startStreams(context)
      await streams.create('S', ['s'])
      await streams.publish('s', 'a', 'b')
      await delay(5)
      const time = Date.now()
      await delay(5)
      await streams.publish('s', 'c')
      assert.equal(await read(streams), ['a', 'b', 'c'])
      assert.equal(await read(streams, { from: { sequence: 2 } }), ['b', 'c'])
      assert.equal(await read(streams, { from: { time } }), ['c'])
      assert.equal(await read(streams, { from: { time: new Date(time + 3_600_000) } }), [])
      assert.equal(await read(streams, { from: 'new' }), [])
    })

    test('deals subjects out to subtasks', async (context) => {
      const streams = await startStreams(context)
      await streams.create('S', ['s.*'])
      for (const subject of ['s.a', 's.b', 's.c'])
        await streams.publish(subject, `1 of ${subject}`, `2 of ${subject}`)
      const shares = await Promise.all(
        [0, 1].map((subtaskIndex) =>
          read(streams, { subject: ['s.a', 's.b', 's.c'] }, { subtaskIndex, parallelism: 2 }),
        ),
      )
      assert.equal(shares, [
        ['1 of s.a', '2 of s.a', '1 of s.c', '2 of s.c'],
        ['1 of s.b', '2 of s.b'],
      ])
    })

    test('ends though the last message was let go of', async (context) => {
      const streams = await startStreams(context)
      await streams.create('S', ['s'])
      await streams.publish('s', 'a', 'b', 'c')
      const options = { servers: streams.address, stream: 'S', until: 'end', decode: textOf } as const
      const first = await openSource(jetStreamSource<string>(options))
      assert.is(await first.next(), 'a')
      const position = first.source.snapshot!()
      await first.close()
      await streams.deleteMessage('S', 3)
      await streams.publish('s', 'd')
      assert.equal(await read(streams, {}, { position }), ['b'])
    })

    test('refuses a position that the stream does not reach', async (context) => {
      const streams = await startStreams(context)
      await streams.create('S', ['s'], { max_msgs: 2 })
      await streams.publish('s', 'a', 'b')
      const opened = await openSource(jetStreamSource({ servers: streams.address, stream: 'S' }))
      await opened.next()
      const position = opened.source.snapshot!()
      await opened.close()
      await streams.publish('s', 'c', 'd')
      const refused = async (pattern: string): Promise<void> => {
        const error: unknown = await read(streams, {}, { position }).catch((thrown: unknown) => thrown)
        assert.instance(error, SourcePositionError)
        assert.match((error as Error).message, pattern)
      }
      await refused('begins at 3, and 1 was the last')
      await streams.delete('S')
      await streams.create('S', ['s'])
      await streams.publish('s', 'e')
      await refused('was made anew')
    })

    test('misses nothing when the server is killed and comes back', async (context) => {
      const streams = await startStreams(context)
      await streams.create('S', ['s'])
      await streams.publish('s', ...numbers(10))
      const options = { servers: streams.address, stream: 'S', decode: textOf }
      const opened = await openSource(jetStreamSource<string>(options))
      const seen = await opened.take(10)
      const pending = opened.next()
      const [node] = streams.servers.nodes
      await node!.kill()
      await node!.start()
      await streams.servers.ready()
      await streams.servers.ready()
      const js = jetstream(await streams.servers.client())
      for (const text of numbers(5, 10)) await js.publish('s', text)
      seen.push(await pending, ...(await opened.take(4)))
      assert.equal(seen, numbers(15))
      await opened.close()
    })
  },
  { timeout: 30_000 },
)

natsSuite('jetStreamSink', (test) => {
  test('publishes at once, and once what has an id that the stream knows', async (context) => {
    const streams = await startStreams(context)
    await streams.create('S', ['s'])
    for (const run of [1, 2]) {
      const env = createEnvironment()
      const options: JetStreamSinkOptions<number> = {
        servers: streams.address,
        subject: 's',
        capacity: 10_000,
      }
      const sink = jetStreamSink<number>({ ...options, messageId: (n) => `${n}` })
      env.fromBatch(Array.from({ length: 500 * run }, (_, n) => n)).sink(sink)
      await env.submit({ autostop: true })
    }
    assert.equal(await streams.texts('S'), numbers(1_000))
  })

  test('publishes more than a batch may have, once, whoever does it and however often', async (context) => {
    const streams = await startStreams(context)
    await streams.create('S', ['s', 'm.*'], { allow_atomic: true })
    const commits = { stream: 'S', marker: 'm' }
    const Sink = jetStreamSink<string>({ servers: streams.address, subject: 's', exactlyOnce: commits })
    const open = async (): Promise<CommittingSink<string>> => {
      const sink = new Sink() as CommittingSink<string>
      context.cleanup(() => sink.close())
      await sink.open((await openSource({ next: () => END })).ctx)
      return sink
    }
    const first = await open()
    await first.recover([])
    for (const text of numbers(2_500)) first.write(text)
    const one = first.prepare()!
    first.write('more')
    const two = first.prepare()!
    await first.commit(one)
    assert.equal(await streams.texts('S', 's'), numbers(2_500))
    const second = await open()
    await second.recover([one, two])
    await second.recover([one, two])
    assert.equal(await streams.texts('S', 's'), [...numbers(2_500), 'more'])
    // It was taken for dead, and what it knows is old.
    await first.commit(two)
    first.write('late')
    const late: unknown = await first.commit(first.prepare()!).then(
      () => null,
      (error: unknown) => error,
    )
    assert.instance(late, JetStreamError)
    assert.match((late as Error).message, 'Somebody else writes')
    assert.equal((await streams.texts('S', 's')).length, 2_501)
    assert.is((await streams.texts('S', 'm.*')).length, 1, 'of its markers the last is kept')
    // Readers pass over markers.
    assert.is((await read(streams)).length, 2_501)
  })

  test('refuses a stream that cannot do it, and a subject that the stream does not take', async (context) => {
    const streams = await startStreams(context)
    await streams.create('PLAIN', ['p.*'])
    await streams.create('S', ['s.*'], { allow_atomic: true })
    const failure = async (stream: string, marker: string, subject: string): Promise<string> => {
      const sink = jetStreamSink({ servers: streams.address, subject, exactlyOnce: { stream, marker } })
      const env = createEnvironment()
      env.fromBatch(['a']).sink(sink)
      return await env.submit({ autostop: true }).then(
        () => 'none',
        ({ cause }: Error) => (cause as Error).message,
      )
    }
    assert.match(await failure('PLAIN', 'p', 'p.a'), 'takes no atomic batches')
    assert.match(await failure('S', 'elsewhere', 's.a'), "does not take the marker 'elsewhere.*'")
    assert.match(await failure('S', 's', 'elsewhere'), "does not take the subject 'elsewhere'")
    assert.match(await failure('NONE', 's', 's.a'), "There is no stream 'NONE'")
  })

  test('is used by examples/jetstream.ts', async (context) => {
    const streams = await startStreams(context)
    await streams.create('TEMPERATURES', ['temperatures.*'])
    await streams.create('ALARMS', ['alarms.>'], { allow_atomic: true })
    await streams.publish('temperatures.kitchen', '21', '35')
    await streams.publish('temperatures.attic', '41')
    const folder = mkdtempSync(join(tmpdir(), 'millrace-example-'))
    context.cleanup(() => rmSync(folder, { recursive: true, force: true }))
    const args = [streams.address, folder]
    const { stdout, stderr } = await runExample('examples/jetstream.ts', args, context.signal)
    assert.is(stderr, '')
    assert.is(stdout, 'kitchen: 35 °C\nattic: 41 °C\ncompleted\n')
    assert.is((await streams.texts('ALARMS', 'alarms.kitchen')).length, 1)
  })
})

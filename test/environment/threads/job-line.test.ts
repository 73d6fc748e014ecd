import { MessageChannel } from 'node:worker_threads'
import * as assert from 'uvu/assert'
import { JobLine } from '../../../src/environment/threads/job-line.ts'
import { toPortableError } from '../../../src/errors/portable-error-codec.ts'
import type { ThreadNews, ThreadOrder } from '../../../src/runtime/threads/thread-messages.ts'
import { suite, type TestContext } from '../../support/suite.ts'

type Asked = ThreadNews & { readonly type: 'ask' }

const bench = ({ cleanup }: TestContext) => {
  const { port1, port2 } = new MessageChannel()
  const heard: ThreadOrder[] = []
  const line = new JobLine(port2, (order) => void heard.push(order))
  cleanup(() => {
    line.close(new Error('over'))
    port1.close()
  })
  const told: ThreadNews[] = []
  port1.on('message', (news: ThreadNews) => told.push(news))
  return { line, heard, told, job: port1 }
}

const until = async (so: () => boolean): Promise<void> => {
  while (!so()) await new Promise((resolve) => setImmediate(resolve))
}

const question = { what: 'safe', checkpoint: 1 } as const

suite('the line of a thread to its job', (test) => {
  test('has each question answered by its number, and hears all else', async (context) => {
    const { line, heard, told, job } = bench(context)
    const [first, second, third] = [line.ask(question), line.ask(question), line.ask(question)]
    await until(() => told.length === 3)
    const [a, b, c] = told as [Asked, Asked, Asked]
    job.postMessage({ type: 'start' })
    job.postMessage({ type: 'answer', id: b.id, value: 'b' })
    job.postMessage({ type: 'refusal', id: c.id, error: toPortableError(new RangeError('no')) })
    job.postMessage({ type: 'answer', id: a.id, value: 'a' })
    const reason = await third.catch((error: unknown) => error)
    assert.equal([await first, await second], ['a', 'b'])
    assert.instance(reason, RangeError)
    assert.equal(heard, [{ type: 'start' }])
  })

  test('tells the job when nobody waits for an answer any more', async (context) => {
    const { line, told } = bench(context)
    const abort = new AbortController()
    const asked = line.ask(question, { signal: abort.signal })
    await until(() => told.length === 1)
    const gone = new EvalError('gone')
    abort.abort(gone)
    assert.is(await asked.catch((error: unknown) => error), gone)
    await until(() => told.length === 2)
    assert.equal(told[1], { type: 'forget', id: (told[0] as Asked).id })
    assert.is(await line.ask(question, { signal: abort.signal }).catch((error: unknown) => error), gone)
    assert.is(told.length, 2)
  })

  test('rejects all that wait when it is closed', async (context) => {
    const { line } = bench(context)
    const asked = line.ask(question)
    const over = new Error('the end')
    line.close(over)
    assert.is(await asked.catch((error: unknown) => error), over)
  })

  test('logs what can be sent, and of the rest an excerpt', async (context) => {
    const { line, told } = bench(context)
    const logger = line.logger().child({ job: 'a' })
    logger.warn('half', { n: 1, error: new RangeError('no price'), many: { a: [1, 2] } })
    logger.info('odd', { run: () => {} })
    await until(() => told.length === 2)
    const [first, second] = told as (ThreadNews & { readonly type: 'log' })[]
    const { error, ...fields } = first!.fields as { readonly error: { readonly message: string } }
    assert.is(error.message, 'no price')
    assert.equal([first!.level, first!.message], ['warn', 'half'])
    assert.equal(fields, { job: 'a', n: 1, many: '{ a: [ 1, 2 ] }' })
    assert.equal([second!.level, second!.message], ['info', 'odd'])
  })

  test('tells of a letter whose record cannot be sent by an excerpt', async (context) => {
    const { line, told } = bench(context)
    const place = { nodeId: 'n1', subtask: 0, key: undefined, eventTime: NaN, input: 0 }
    const letter = { ...place, operator: 'map', attempts: 1, at: 5, after: 0, replay: null, final: null }
    line.letter({ ...letter, record: { run: () => {} }, error: new RangeError('no price') })
    await until(() => told.length === 1)
    const { record, error } = (told[0] as ThreadNews & { readonly type: 'letter' }).letter
    assert.type(record, 'string')
    assert.match(record as string, 'run')
    assert.is(error.message, 'no price')
  })
})

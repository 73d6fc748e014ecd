import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { GraphBuilder } from '../../src/graph/graph-builder.ts'
import type { NodeDraft, NodeOptions } from '../../src/graph/node-draft.ts'
import { thrown, untyped } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

const source: NodeDraft = { kind: 'source', source: { type: 'batch' }, inputs: [], keyed: false }
const map = (input: string): NodeDraft => ({ kind: 'map', inputs: [input], keyed: false })
const future: NodeDraft = { kind: 'future', inputs: [], keyed: false, admit: 1, capacity: 1 }

const refusal = (options: NodeOptions | undefined): string => {
  const error = thrown(() => new GraphBuilder('env').add(map('n0'), options))
  assert.instance(error, InvalidArgumentError)
  assert.ok(error.remedy, 'a refusal says what to do')
  assert.is(error.site?.file, fileURLToPath(import.meta.url))
  return error.message.split('\n')[0]!
}

suite('GraphBuilder', (test) => {
  test('numbers ids in order of recording, and names by kind', () => {
    const builder = new GraphBuilder('env')
    const ids = [
      builder.add(source, undefined),
      builder.add(map('n0'), undefined),
      builder.add(source, {}),
      builder.add(map('n2'), { name: 'parse' }),
      builder.add(map('n3'), undefined),
    ]
    assert.equal(ids, ['n0', 'n1', 'n2', 'n3', 'n4'])
    assert.equal(
      builder.graph().nodes.map(({ name }) => name),
      ['source-1', 'map-1', 'source-2', 'parse', 'map-3'],
    )
  })

  test('fills in the defaults of calls, and leaves out what was not given', () => {
    const builder = new GraphBuilder('env')
    builder.add(source, undefined)
    builder.add(map('n0'), undefined)
    const [first, second] = builder.graph().nodes.map(({ site: _, ...node }) => node)
    assert.equal(first, {
      id: 'n0',
      kind: 'source',
      source: { type: 'batch' },
      inputs: [],
      keyed: false,
      name: 'source-1',
      onError: 'fail',
    })
    assert.equal(second, {
      id: 'n1',
      kind: 'map',
      inputs: ['n0'],
      keyed: false,
      name: 'map-1',
      onError: 'fail',
      concurrency: 1,
      ordered: true,
    })
  })

  test('keeps all options', () => {
    const builder = new GraphBuilder('env')
    const options = { name: 'm', parallelism: 2, uid: 'u', concurrency: 3, ordered: false, timeout: 10 }
    builder.add(map('n0'), options)
    const {
      id: _,
      kind: __,
      inputs: ___,
      keyed: ____,
      site: _____,
      onError: ______,
      ...kept
    } = builder.node('n0')
    assert.equal(kept, options)
  })

  test('knows the line of the program', () => {
    const builder = new GraphBuilder('env')
    builder.add(source, undefined)
    assert.is(builder.node('n0').site?.file, fileURLToPath(import.meta.url))
  })

  test('is data: it survives JSON unchanged', () => {
    const builder = new GraphBuilder('env')
    builder.add(source, { uid: 's' }, [1])
    builder.add(map('n0'), { onError: { retry: { attempts: 2 } } }, () => 1)
    builder.addService('s')
    assert.equal(JSON.parse(JSON.stringify(builder.graph())), builder.graph())
  })

  test('gives frozen snapshots, which later calls do not change', () => {
    const builder = new GraphBuilder('env')
    builder.add(source, undefined)
    const before = builder.graph()
    assert.is(builder.graph(), before)
    builder.add(map('n0'), undefined)
    assert.is(before.nodes.length, 1)
    assert.is(builder.graph().nodes.length, 2)
    assert.is(builder.graph().nodes[0], before.nodes[0])
    for (const value of [before, before.nodes, before.nodes[0], before.nodes[0]!.inputs, before.services]) {
      assert.ok(Object.isFrozen(value))
    }
  })

  test('never freezes what the user handed over', () => {
    const builder = new GraphBuilder('env')
    const items = [{ a: 1 }]
    const onError = { retry: { attempts: 1, backoff: { initial: 1 } } }
    const options = { onError }
    builder.add(source, undefined, items)
    builder.add(map('n0'), options)
    builder.graph()
    for (const value of [items, items[0], options, onError, onError.retry, onError.retry.backoff]) {
      assert.not(Object.isFrozen(value))
    }
    assert.is(builder.functions.get('n0'), items)
    assert.not(builder.functions.has('n1'))
  })

  test('records nothing when it refuses', () => {
    const builder = new GraphBuilder('env')
    assert.throws(() => builder.add(map('n0'), { name: '' }, () => 1))
    assert.is(builder.graph().nodes.length, 0)
    assert.is(builder.functions.size, 0)
    builder.add(map('n0'), undefined)
    assert.is(builder.node('n0').name, 'map-1')
  })

  test('refuses options that can never work', () => {
    assert.is(refusal({ name: '' }), "name must be a non-empty string, got ''")
    assert.is(refusal({ name: ' ' }), "name must be a non-empty string, got ' '")
    assert.is(refusal({ name: 3 }), 'name must be a non-empty string, got 3')
    assert.is(refusal({ uid: '' }), "uid must be a non-empty string, got ''")
    for (const value of [0, -1, 1.5, NaN, Infinity, '2', null]) {
      assert.match(refusal({ parallelism: value }), /^parallelism must be a positive integer/)
      assert.match(refusal({ concurrency: value }), /^concurrency must be a positive integer/)
    }
    for (const value of [0, -1, NaN, Infinity, 2 ** 31, '2', null]) {
      assert.match(refusal({ timeout: value }), /^timeout must be a number of milliseconds above 0/)
    }
    assert.is(refusal({ ordered: 'no' }), "ordered must be a boolean, got 'no'")
    assert.is(refusal(untyped('fast')), "the options of map must be an object, got 'fast'")
    assert.is(refusal(untyped(null)), 'the options of map must be an object, got null')
  })

  test('refuses what is no error policy', () => {
    for (const onError of ['retry', null, 3, {}, { retry: 3 }, { retry: null }]) {
      assert.match(refusal({ onError }), /^onError is not an error policy/)
    }
    for (const attempts of [0, 1.5, undefined]) {
      assert.match(
        refusal({ onError: { retry: { attempts } } }),
        /^onError.retry.attempts must be a positive integer/,
      )
    }
    for (const backoff of [-1, NaN, 'slow', null, {}, { initial: 1, factor: 0.5 }, { initial: 1, max: -1 }]) {
      assert.match(refusal({ onError: { retry: { attempts: 1, backoff } } }), /^onError.retry.backoff is/)
    }
    assert.match(
      refusal({ onError: { retry: { attempts: 1 }, then: 'ignore' } }),
      /^onError.then is 'ignore'/,
    )
  })

  test('keeps an error policy as it was given', () => {
    const builder = new GraphBuilder('env')
    const policies = [
      'fail',
      'skip',
      'dead-letter',
      { retry: { attempts: 3 } },
      { retry: { attempts: 3, backoff: 0 }, then: 'skip' },
      { retry: { attempts: 3, backoff: { initial: 10, factor: 3, max: 50 } }, then: 'dead-letter' },
    ]
    for (const onError of policies) {
      assert.equal(builder.node(builder.add(map('n0'), { onError })).onError, onError)
    }
  })

  test('refuses an error policy where there is no record to set aside', () => {
    const builder = new GraphBuilder('env')
    assert.match(
      thrown(() => builder.add(source, { onError: 'skip' })).message,
      /a source knows no error policy/,
    )
    const pipe: NodeDraft = { kind: 'pipe', inputs: ['n0'], keyed: false }
    assert.match(thrown(() => builder.add(pipe, { onError: 'skip' })).message, /a pipe knows no error policy/)
    builder.add(pipe, { onError: 'fail' })
  })

  test('refuses a uid twice, naming the operator that has it', () => {
    const builder = new GraphBuilder('env')
    builder.add(map('n0'), { uid: 'state', name: 'first' })
    const error = thrown(() => builder.add(map('n0'), { uid: 'state', name: 'second' }))
    assert.match(error.message, /^the uid "state" belongs to "first" already/)
    assert.is(error.operator, 'second')
  })

  test('fills a future once', () => {
    const builder = new GraphBuilder('env')
    const again = builder.add(future, { name: 'again' })
    const loop = builder.add(map(again), { name: 'loop' })
    const before = builder.graph()
    builder.connectFuture(again, loop)
    assert.equal(builder.node(again).inputs, [loop])
    assert.equal(before.nodes[0]!.inputs, [])
    assert.equal(builder.graph().nodes[0]!.inputs, [loop])
    const error = thrown(() => builder.connectFuture(again, loop))
    assert.match(error.message, /^the future "again" is filled already, by "loop"/)
    assert.throws(() => builder.connectFuture(loop, again), RangeError)
  })

  test('keeps the names of services in order, each once', () => {
    const builder = new GraphBuilder('env')
    builder.addService('b')
    builder.addService('a')
    assert.equal(builder.graph().services, ['b', 'a'])
    assert.match(thrown(() => builder.addService('b')).message, /^a service named "b" is registered already/)
    assert.instance(
      thrown(() => builder.addService('')),
      InvalidArgumentError,
    )
  })

  test('needs a name', () => {
    for (const name of ['', '  ', undefined, 3]) {
      assert.instance(
        thrown(() => new GraphBuilder(untyped(name))),
        InvalidArgumentError,
      )
    }
  })

  test('throws for a node it does not have', () => {
    assert.throws(() => new GraphBuilder('env').node('n0'), RangeError)
  })
})

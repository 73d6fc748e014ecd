import * as assert from 'uvu/assert'
import { compile, compileInStages, passes } from '../../src/compiler/compile.ts'
import { InvalidGraphError } from '../../src/errors/invalid-graph-error.ts'
import { RecordingEnvironment } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'
import { everything } from './support.ts'

/** Whether all of it is frozen, at every depth. */
const isDeeplyFrozen = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen)
}

suite('compile', (test) => {
  test('keeps the plan before any pass and after each, in order', () => {
    const stages = compileInStages(everything().graph, 1)
    assert.equal(
      stages.map(({ name }) => name),
      ['record', 'validate', 'assign ids', 'connect', 'time', 'parallelise', 'split', 'chain', 'place'],
    )
    assert.equal(compile(everything().graph, 1), stages.at(-1)!.plan)
  })

  test('every plan is frozen data, JSON-serialisable throughout', () => {
    for (const { name, plan } of compileInStages(everything().graph, 2)) {
      assert.ok(isDeeplyFrozen(plan), name)
      assert.equal(JSON.parse(JSON.stringify(plan)), JSON.parse(JSON.stringify(structuredClone(plan))))
      const { nodes, ...rest } = plan
      assert.equal(JSON.parse(JSON.stringify(rest)), rest)
      assert.is(nodes.length, everything().graph.nodes.length)
    }
  })

  test('each pass is pure: the same for the same, and its input is not changed', () => {
    const stages = compileInStages(everything().graph, 2)
    passes.forEach(({ name, run }, index) => {
      const before = stages[index]!.plan
      const copy = structuredClone(before)
      const [once, again] = [run(before), run(before)]
      assert.equal(before, copy, name)
      assert.equal(once, again, name)
      assert.equal(run(copy), once, `${name} looks at values, not at identities`)
      assert.equal(copy, structuredClone(before), `${name} leaves what is not frozen as it is`)
    })
  })

  test('the same program gives the same plan, in every run of it', () => {
    assert.equal(compile(everything().graph, 3), compile(everything().graph, 3))
    const { graph } = everything()
    assert.is(JSON.stringify(compile(graph, 3)), JSON.stringify(compile(graph, 3)))
  })

  test('says which nodes belong to a pipeline that serves requests', () => {
    const served = compile(everything().graph, 1).nodes.filter(({ service }) => service === 'double')
    assert.equal(
      served.map(({ transformation: { name } }) => name),
      ['double requests', 'twice', 'double reply'],
    )
  })

  test('names the state of operators by uid, else by id', () => {
    const ids = compile(everything().graph, 1).nodes.map(({ stateId }) => stateId)
    assert.equal(ids.slice(0, 5), ['n0', 'n1', 'n2', 'inner', 'n4'])
  })

  test('carries warnings, and refuses what cannot run', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1])
    source.print()
    source.map((n) => n)
    assert.equal(
      compile(env.graph, 1).warnings.map(({ nodeId }) => nodeId),
      ['n2'],
    )
    assert.throws(() => compile(new RecordingEnvironment().graph, 1), (error: unknown) => error instanceof InvalidGraphError) // prettier-ignore
  })

  test('puts every subtask of every task somewhere', () => {
    const { tasks, subtasks } = compile(everything().graph, 2)
    assert.equal(
      subtasks.map(({ task, index }) => `${task}[${index}]`),
      tasks.flatMap(({ id, parallelism }) =>
        Array.from({ length: parallelism }, (_, index) => `${id}[${index}]`),
      ),
    )
  })

  test('long graphs neither overflow the stack nor take for ever', () => {
    const env = new RecordingEnvironment()
    let stream = env.fromBatch([1])
    for (let i = 0; i < 2_000; i++) stream = stream.map((n) => n)
    stream.print()
    assert.is(compile(env.graph, 1).nodes.length, 2_002)
  })
})

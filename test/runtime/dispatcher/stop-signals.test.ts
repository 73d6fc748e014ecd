import * as assert from 'uvu/assert'
import { compile } from '../../../src/compiler/compile.ts'
import { LocalEnvironment } from '../../../src/environment/local-environment.ts'
import { type PreparedJob, prepareJob } from '../../../src/environment/prepare-job.ts'
import { suite } from '../../support/suite.ts'

/** Gives what only subclasses see. */
class OpenEnvironment extends LocalEnvironment {
  prepare(autostop = true): PreparedJob {
    const { functions, services, options } = this
    const plan = compile(this.graph, options.parallelism)
    const request = {
      plan,
      graph: this.graph,
      program: () => Promise.reject(new Error('There is no program.')),
      functions,
      services,
      options,
      autostop,
      resume: 'fresh',
      allowDroppedState: false,
    } as const
    return prepareJob(request, () => {})
  }
}

suite('receiveNodeStopSignal', (test) => {
  test('is true for the one report that is the last of the main pipeline', () => {
    const env = new OpenEnvironment('job', { parallelism: 2 })
    env.registerPipeline('p', (requests) => requests.map((n) => n))
    env
      .fromBatch([1], { name: 'in' })
      .map((n) => n, { name: 'map', parallelism: 3 })
      .collect({ name: 'out' })
    const { dispatcher } = env.prepare(false)
    const ids = new Map(env.graph.nodes.map(({ id, name }) => [name, id]))
    const report = (name: string): boolean => dispatcher.receiveNodeStopSignal(ids.get(name)!)
    const answers = [
      ...['in', 'in', 'map', 'out', 'map', 'p requests', 'p reply', 'in', 'nobody'].map(report),
      report('map'),
      report('map'),
      report('out'),
      report('out'),
    ]
    assert.equal(answers, [...Array.from({ length: 11 }, () => false), true, false])
  })

  test('is reported once per subtask by a job that runs', async () => {
    const env = new OpenEnvironment('job')
    env
      .fromBatch([1, 2, 3], { parallelism: 2 })
      .keyBy((n) => n)
      .count({ parallelism: 3 })
      .map((pair) => pair, { concurrency: 4 })
      .collect()
    const { dispatcher } = env.prepare()
    const reports = new Map<string, number>()
    const answers: boolean[] = []
    const receive = dispatcher.receiveNodeStopSignal.bind(dispatcher)
    dispatcher.receiveNodeStopSignal = (id) => {
      reports.set(id, (reports.get(id) ?? 0) + 1)
      const answer = receive(id)
      answers.push(answer)
      return answer
    }
    await dispatcher.start()
    const { result } = await dispatcher.outcome
    assert.is(result.status, 'completed')
    for (const { id, parallelism } of result.nodes) assert.is(reports.get(id), parallelism, id)
    assert.equal(answers.slice(-1), [true])
    assert.is(answers.filter(Boolean).length, 1)
  })

  test('is not made by subtasks that are aborted', async () => {
    const env = new OpenEnvironment('job')
    env.fromSource(() => Promise.resolve(1)).collect()
    const { dispatcher } = env.prepare()
    let reports = 0
    dispatcher.receiveNodeStopSignal = () => (reports++, false)
    await dispatcher.start()
    dispatcher.cancel(new Error('enough'))
    const { result } = await dispatcher.outcome
    assert.is(result.status, 'cancelled')
    assert.is(reports, 0)
  })
})

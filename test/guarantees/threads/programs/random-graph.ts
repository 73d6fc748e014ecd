import process from 'node:process'
import type { EnvironmentOptions } from '../../../../src/index.ts'
import { build, type RandomGraph } from '../../support/random-graph.ts'

interface Order {
  readonly graph: RandomGraph
  readonly options: EnvironmentOptions
}

const { graph, options } = JSON.parse(process.argv[2]!) as Order
await build(graph, options).env.submit({ autostop: true })

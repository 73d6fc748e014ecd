import process from 'node:process'
import { graphHash } from '../../graph/graph-hash.ts'
import type { PipelineGraph } from '../../graph/pipeline-graph.ts'
import { forkProcess } from '../../services/remote/forked-process.ts'
import type { Launch } from '../../services/remote/launch.ts'
import type { ProgramOf } from '../seat/program-of.ts'
import { preload } from './preload.ts'
import type { ServiceOrder } from './service-order.ts'

/** Starts processes for the services of a job: its program, loaded once more. */
export function launcher(graph: PipelineGraph, programOf: ProgramOf): Launch {
  return async (service, _instance, events) => {
    const program = await programOf()
    const order: ServiceOrder = { program, graphHash: graphHash(graph), service }
    const { entry, argv } = program
    return forkProcess(
      { entry, argv, execArgv: [...nodeArguments(process.execArgv), ...preload], order },
      events,
    )
  }
}

/** Those of this process that another one can have as well: a debugger listens at one port. */
function nodeArguments(given: readonly string[]): readonly string[] {
  return given.filter((argument) => !/^--inspect|^--debug|^--watch/.test(argument))
}

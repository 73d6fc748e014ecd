import { pathToFileURL } from 'node:url'
import type { PipelineGraph } from '../../../src/graph/pipeline-graph.ts'
import type { JobResult } from '../../../src/job/job-result.ts'
import { type JobProcessHost, jobProcessKey } from '../../../src/environment/job-process-host.ts'

let runs = 0

/** The graph that a program records at that submit, as the client knows it. */
export const recordedGraph = (entry: string, ordinal: number): Promise<PipelineGraph> =>
  new Promise((resolve, reject) => {
    let submits = 0
    const host: JobProcessHost = {
      version: 1,
      ordinal,
      get submits() {
        return submits
      },
      submit: ({ graph }) => {
        if (submits++ < ordinal) return Promise.resolve({} as JobResult)
        resolve(graph)
        return new Promise(() => {})
      },
    }
    Reflect.set(globalThis, jobProcessKey, host)
    // Else a program that was run before would not run again.
    import(`${pathToFileURL(entry).href}?${++runs}`).catch(reject)
  })

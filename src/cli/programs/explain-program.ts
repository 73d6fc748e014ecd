import { explainPlan } from '../../compiler/explain-plan.ts'
import type { CompilerStage } from '../../compiler/compile.ts'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { toMermaid } from '../../graph/to-mermaid.ts'
import { nearest } from '../../util/nearest.ts'
import { print } from '../terminal.ts'
import { findProgram } from './find-program.ts'
import { runUpToSubmit } from './halted-program.ts'

export interface ExplainSettings {
  readonly args: readonly string[]
  readonly pass?: string | undefined
  readonly format: 'text' | 'json' | 'mermaid'
}

/** Prints the graph of a program's first submit after each pass of the compiler, and its services. @throws ProgramError when there is none. */
export async function explainProgram(name: string, { args, pass, format }: ExplainSettings): Promise<void> {
  const program = findProgram(name)
  const order = { type: 'explain' } as const
  const { graph, stages, services } = await runUpToSubmit(program, 'explained', { order, args })
  const shown = pass === undefined ? stages : [stageOf(stages, pass)]
  if (format === 'mermaid') return print(toMermaid(graph).trimEnd())
  if (format === 'text') return print(explainPlan(shown, pass === undefined ? services : []).trimEnd())
  print(JSON.stringify({ name: graph.name, graph, stages: shown, services }, null, 2))
}

/** @throws InvalidArgumentError where there is no such pass. */
function stageOf(stages: readonly CompilerStage[], wanted: string): CompilerStage {
  const found = stages.find(({ name }) => name === wanted)
  if (found !== undefined) return found
  const names = stages.map(({ name }) => name)
  const meant = nearest(wanted, names)
  throw new InvalidArgumentError(`There is no pass '${wanted}' of the compiler.`, {
    remedy: `${meant === undefined ? '' : `Did you mean ${meant}? `}They are ${names.join(', ')}.`,
  })
}

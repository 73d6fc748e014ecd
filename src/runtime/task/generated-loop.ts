import { END } from '../../functions/user-functions.ts'
import { OutBuffer } from '../flow-control/out-buffer.ts'
import { Exit, HEAD, iterate } from './loop-state.ts'
import type { Emitter, HeadKind, Loop } from './loop.ts'
import type { Stage } from './stage.ts'

/** Makes each loop's source unique, so that V8 gives each its own type feedback: shared code turns megamorphic. */
let serial = 0

/** Whether `new Function` is allowed here; asked once. */
export const codeGenerationAllowed: boolean = (() => {
  try {
    new Function('')
    return true
  } catch {
    return false
  }
})()

/**
 * The fused chain as one generated loop. The user's functions are parameters of the generated code and stay what they
 * are: closures. Nothing of a record, a name or an option ever becomes source text.
 *
 * An iteration takes one record from the innermost cursor that has one, else from the head, through the stages of its
 * level. All state is in LoopState, so the loop can leave at any record and be entered again there: a promise, a full
 * chunk, a spent budget and an error are exits. `try` stands outside the loop; `op` names the offender.
 */
export function generateLoop(
  stages: readonly Stage[],
  head: HeadKind,
  emitter: Emitter | OutBuffer | null,
): Loop {
  const parameters: string[] = ['END', 'iterate', 'out']
  const values: unknown[] = [END, iterate, emitter]
  stages.forEach((stage, j) => {
    parameters.push(`f${j}`, `c${j}`, `s${j}`)
    values.push(stage.call, stage.context, stage)
  })
  const source = loopSource(stages, head, emitter)
  const factory = new Function(...parameters, source) as (...values: unknown[]) => Loop
  return factory(...values)
}

const thenable = `typeof t === 'object' && t !== null && typeof t.then === 'function'`

function loopSource(stages: readonly Stage[], head: HeadKind, emitter: Emitter | OutBuffer | null): string {
  const owners = stages.flatMap((stage, j) => (hasCursor(stage) ? [j] : []))
  const keyed = stages.some((stage) => stage.mode === 'key' || stage.takes === 'internal' || stage.node.keyed)
  const carriesKey = keyed || !(emitter instanceof OutBuffer) || emitter.keys !== null
  const context = { stages, emitter, owners, carriesKey }
  // A chunk without cursors is bounded by its own limit; everything else counts its iterations.
  const budgeted = head !== 'chunk' || owners.length > 0
  const levels = [0, ...owners.map((_, level) => level + 1)]
  return `// loop ${serial++}
return function loop(S) {
  let v, t, k, op = ${HEAD}, code = 0
  ${head === 'chunk' ? 'const records = S.records, limit = S.limit; let i = S.index' : ''}
  ${head === 'chunk' && carriesKey ? 'const keys = S.keys' : ''}
  ${head === 'iterator' ? 'const it = S.iterator' : ''}
  ${head === 'pull' ? 'const pull = S.pull' : ''}
  ${budgeted ? 'let b = S.budget' : ''}
  const input = S.input
  ${owners.map((_, level) => `const q${level + 1} = S.cursors[${level}]`).join('; ')}
  let ${levels.map((level) => `n${level} = 0`).join(', ')}
  ${stages.length > 0 ? `let ${stages.map((_, j) => `d${j} = 0`).join(', ')}` : ''}
  try {
    for (;;) {
      ${stages.map((stage, j) => guardSource(stage, j)).join('')}
      ${budgeted ? `if (b-- <= 0) { code = ${Exit.pause}; break }` : ''}
      ${[...owners.keys()]
        .reverse()
        .map((level) => cursorSource(context, level))
        .join('')}
      ${headSource(head, carriesKey)}
      n0++
      ${bodySource(context, 0)}
    }
  } catch (error) { t = error; code = ${Exit.error} }
  ${head === 'chunk' ? 'S.index = i' : ''}
  S.op = op; S.value = v; S.key = k; S.result = t
  ${levels.map((level) => `S.entered[${level}] += n${level}`).join('; ')}
  ${stages.map((_, j) => `S.dropped[${j}] += d${j}`).join('; ')}
  return code
}`
}

/** Stages that may emit several records for one, or records of their own accord. */
export function hasCursor(stage: Stage): boolean {
  return stage.mode === 'many'
}

function guardSource(stage: Stage, j: number): string {
  return (
    ('finished' in stage ? `if (s${j}.finished) { code = ${Exit.finished}; break }\n` : '') +
    ('ready' in stage ? `if (!s${j}.ready) { code = ${Exit.held}; break }\n` : '')
  )
}

function headSource(head: HeadKind, carriesKey: boolean): string {
  switch (head) {
    case 'chunk':
      return `if (i >= limit) { code = ${Exit.pause}; break }
      ${carriesKey ? 'k = keys === null ? undefined : keys[i]' : ''}
      v = records[i++]`
    case 'iterator':
      return `op = ${HEAD}; t = it.next()
      if (typeof t.then === 'function') { code = ${Exit.pull}; break }
      if (t.done === true) { code = ${Exit.ended}; break }
      v = t.value`
    case 'pull':
      return `op = ${HEAD}; t = pull()
      if (t === END) { code = ${Exit.ended}; break }
      if (${thenable}) { code = ${Exit.pull}; break }
      v = t`
  }
}

interface SourceContext {
  readonly stages: readonly Stage[]
  readonly emitter: Emitter | OutBuffer | null
  readonly owners: readonly number[]
  readonly carriesKey: boolean
}

function cursorSource(context: SourceContext, level: number): string {
  const owner = context.owners[level] as number
  const q = `q${level + 1}`
  return `if (${q}.active) {
        if (${q}.array !== null) {
          if (${q}.index === ${q}.array.length) { ${q}.close(); continue }
          v = ${q}.array[${q}.index++]
        } else {
          op = ${-2 - owner}
          t = ${q}.iterator.next()
          if (typeof t.then === 'function') { code = ${Exit.pull}; break }
          if (t.done === true) { ${q}.close(); continue }
          v = t.value
        }
        n${level + 1}++
        ${bodySource(context, owner + 1)}
      }
      `
}

/** The stages from `from` up to and including the next one that has a cursor, or the chain's end. */
function bodySource(context: SourceContext, from: number): string {
  const lines: string[] = []
  for (let j = from; j < context.stages.length; j++) {
    const stage = context.stages[j] as Stage
    lines.push(stageSource(context, stage, j))
    if (hasCursor(stage) || stage.mode === 'end') return lines.join('\n')
  }
  lines.push(emitSource(context), 'continue')
  return lines.join('\n')
}

function stageSource(context: SourceContext, stage: Stage, j: number): string {
  const call =
    stage.takes === 'context'
      ? `${stage.node.keyed ? `c${j}.key = k; ` : ''}t = f${j}(v, c${j}, input)`
      : `t = f${j}(v, k, input)`
  const wait = `if (${thenable}) { code = ${Exit.await}; break }`
  const start = `op = ${j}; ${call}`
  switch (stage.mode) {
    case 'value':
      return `${start}; if (t === undefined) { d${j}++; continue } ${wait} v = t`
    case 'accumulate':
      return `${start}; ${wait} v = t`
    case 'test':
      return `${start}; if (t !== true) { ${wait} if (!t) { d${j}++; continue } }`
    case 'pass':
      return `${start}; ${wait}`
    case 'key':
      return `${start}; ${wait} k = t`
    case 'end':
      return `${start}; ${wait} continue`
    case 'many':
      return `${start}; if (t !== undefined && t !== null) { ${wait} q${context.owners.indexOf(j) + 1}.open(t, v) } continue`
  }
}

function emitSource({ emitter, carriesKey }: SourceContext): string {
  if (emitter === null) return ''
  const key = carriesKey ? 'k' : 'undefined'
  if (!(emitter instanceof OutBuffer)) return `if (out.push(v, ${key}, S)) { code = ${Exit.flush}; break }`
  return `out.records[out.size] = v
      ${emitter.keys !== null ? 'out.keys[out.size] = k' : ''}
      if (++out.size === out.capacity) { code = ${Exit.flush}; break }`
}

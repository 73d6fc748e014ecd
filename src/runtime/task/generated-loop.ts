import { END } from '../../functions/user-functions.ts'
import { OutBuffer } from '../flow-control/out-buffer.ts'
import { CodeCache } from './code-cache.ts'
import { Exit, HEAD } from './loop-state.ts'
import type { Emitter, HeadKind, Loop } from './loop.ts'
import type { Stage } from './stage.ts'

/** Whether `new Function` is allowed here; asked once. */
export const codeGenerationAllowed: boolean = (() => {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- an empty function: asks whether it may
    new Function('')
    return true
  } catch {
    return false
  }
})()

const codeCache = new CodeCache()

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
  const parameters: string[] = ['END', 'out']
  const values: unknown[] = [END, emitter]
  stages.forEach((stage, j) => {
    parameters.push(`F${j}`, `C${j}`, `S${j}`)
    values.push(stage.call, stage.context, stage)
  })
  const source = loopSource(stages, head, emitter)
  const factory = codeCache.factory(parameters, source, stages)
  return factory(...values) as Loop
}

interface SourceContext {
  readonly stages: readonly Stage[]
  readonly emitter: Emitter | OutBuffer | null
  /** The stages that have a cursor: the owner of level n + 1 is the n-th. */
  readonly owners: readonly number[]
  readonly carriesKey: boolean
  /** Whether the loop knows the event time of the record at work. */
  readonly carriesTime: boolean
}

const thenable = `typeof t === 'object' && t !== null && typeof t.then === 'function'`

function loopSource(stages: readonly Stage[], head: HeadKind, emitter: Emitter | OutBuffer | null): string {
  const owners = stages.flatMap((stage, j) => (hasCursor(stage) ? [j] : []))
  const keyed = stages.some((stage) => stage.mode === 'key' || stage.takes === 'internal' || stage.node.keyed)
  const carriesKey = keyed || (emitter instanceof OutBuffer ? emitter.keys !== null : emitter !== null)
  const timed = stages.some((stage) => stage.timed === true || stage.mode === 'time')
  const carriesTime =
    timed || (emitter instanceof OutBuffer ? emitter.timestamps !== null : emitter?.timed === true)
  const context = { stages, emitter, owners, carriesKey, carriesTime }
  // A chunk without cursors is bounded by its own limit; everything else counts its iterations.
  const budgeted = head !== 'chunk' || owners.length > 0
  const levels = owners.map((_, index) => index + 1)
  // The index of a chunk counts what is read of it.
  const counters = head === 'chunk' ? levels : [0, ...levels]
  return `return function loop(S) {
  let v, t, k = S.key, w = S.timestamp, op = ${HEAD}, code = 0
  ${head === 'chunk' ? 'const records = S.records, limit = S.limit, from = S.index; let i = from' : ''}
  ${head === 'chunk' && carriesKey ? 'const keys = S.keys' : ''}
  ${head === 'chunk' && carriesTime ? 'const times = S.timestamps' : ''}
  ${head === 'iterator' ? 'const it = S.iterator' : ''}
  ${head === 'pull' ? 'const pull = S.pull' : ''}
  ${budgeted ? 'let b = S.budget' : ''}
  ${emitter instanceof OutBuffer ? 'const buffer = out.records, capacity = out.capacity; let size = out.size' : ''}
  const input = S.input
  ${stages.map((_, j) => `const f${j} = F${j}, c${j} = C${j}, s${j} = S${j}`).join('; ')}
  ${levels.map((n) => `const q${n} = S.cursors[${n - 1}]; let a${n} = q${n}.array, i${n} = q${n}.index, m${n} = q${n}.iterator`).join('\n  ')}
  ${zeros(counters.map((level) => `n${level}`))}
  ${zeros(stages.map((_, j) => `d${j}`))}
  try {
    for (;;) {
      ${stages.map((stage, j) => guardSource(stage, j)).join('')}
      ${budgeted ? `if (b-- <= 0) { code = ${Exit.pause}; break }` : ''}
      ${[...levels]
        .reverse()
        .map((level) => cursorSource(context, level))
        .join('\n      ')}
      ${timersSource(stages)}
      ${headSource(head, context)}
      ${bodySource(context, 0)}
    }
  } catch (error) { t = error; code = ${Exit.error} }
  ${head === 'chunk' ? 'S.entered[0] += i - from; S.index = i' : ''}
  S.op = op; S.value = v; S.key = k; S.timestamp = w; S.result = t
  ${emitter instanceof OutBuffer ? 'out.size = size' : ''}
  ${levels.map((n) => `q${n}.array = a${n}; q${n}.index = i${n}; q${n}.iterator = m${n}; q${n}.active = a${n} !== null || m${n} !== null`).join('\n  ')}
  ${counters.map((level) => `S.entered[${level}] += n${level}`).join('; ')}
  ${stages.map((_, j) => `S.dropped[${j}] += d${j}`).join('; ')}
  return code
}`
}

function zeros(names: readonly string[]): string {
  return names.length === 0 ? '' : `let ${names.map((name) => `${name} = 0`).join(', ')}`
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

/** Between two records of the head: event time may have come to where a stage has something to do. */
function timersSource(stages: readonly Stage[]): string {
  const clock = stages.findIndex((stage) => stage.generates !== undefined)
  const timers = stages.flatMap((stage, j) => ('dueAt' in stage ? [j] : []))
  if (clock === -1 || timers.length === 0) return ''
  const due = timers.map((j) => `s${clock}.generates.next >= s${j}.dueAt`).join(' || ')
  return `if (${due}) { code = ${Exit.time}; break }`
}

function headSource(head: HeadKind, { carriesKey, carriesTime }: SourceContext): string {
  switch (head) {
    case 'chunk':
      return `if (i >= limit) { code = ${Exit.pause}; break }
      ${carriesKey ? 'k = keys === null ? undefined : keys[i]' : ''}
      ${carriesTime ? 'w = times === null ? NaN : times[i]' : ''}
      v = records[i++]`
    case 'iterator':
      return `op = ${HEAD}; t = it.next()
      if (typeof t.then === 'function') { code = ${Exit.pull}; break }
      if (t.done === true) { code = ${Exit.ended}; break }
      ${carriesTime ? 'w = NaN' : ''}
      n0++; v = t.value`
    case 'pull':
      return `op = ${HEAD}; t = pull()
      if (t === END) { code = ${Exit.ended}; break }
      if (${thenable}) { code = ${Exit.pull}; break }
      ${carriesTime ? 'w = NaN' : ''}
      n0++; v = t`
  }
}

/** Takes a record from the cursor of a level; falls through to the level before when there is none. */
function cursorSource(context: SourceContext, level: number): string {
  const owner = context.owners[level - 1] as number
  const [a, i, m] = [`a${level}`, `i${level}`, `m${level}`]
  const stamp = (context.stages[owner] as Stage).stamp === undefined ? `q${level}` : `s${owner}.stamp`
  const time = context.carriesTime ? `w = ${stamp}.timestamp` : ''
  const body = `n${level}++\n${time}\n${bodySource(context, owner + 1)}`
  return `if (${a} !== null) {
        if (${i} < ${a}.length) {
          v = ${a}[${i}++]
          ${body}
        }
        ${a} = null
      } else if (${m} !== null) {
        op = ${-2 - owner}
        t = ${m}.next()
        if (typeof t.then === 'function') { code = ${Exit.pull}; break }
        if (t.done !== true) {
          v = t.value
          ${body}
        }
        ${m} = null
      }`
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
      ? `${stage.node.keyed ? `c${j}.key = k; ` : ''}${stage.timed === true ? `c${j}.time = w; ` : ''}t = f${j}(v, c${j}, input)`
      : `t = f${j}(v, k, input${stage.timed === true ? ', w' : ''})`
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
    case 'time':
      return `${start}; w = t`
    case 'end':
      return `${start}; ${wait} continue`
    case 'many': {
      const n = context.owners.indexOf(j) + 1
      const w = context.carriesTime ? 'w' : 'NaN'
      const open = `if (Array.isArray(t)) { a${n} = t; i${n} = 0; q${n}.begin(v, ${w}) } else m${n} = q${n}.iterate(t, v, ${w})`
      return `${start}; if (t !== undefined && t !== null) { ${wait} ${open} } continue`
    }
  }
}

function emitSource({ emitter, carriesKey, carriesTime }: SourceContext): string {
  if (emitter === null) return ''
  const key = carriesKey ? 'k' : 'undefined'
  const time = carriesTime ? 'S.timestamp = w; ' : ''
  if (!(emitter instanceof OutBuffer))
    return `${time}if (out.push(v, ${key}, S)) { code = ${Exit.flush}; break }`
  return `buffer[size] = v
      ${emitter.keys !== null ? 'out.keys[size] = k' : ''}
      ${emitter.timestamps !== null ? 'out.timestamps[size] = w' : ''}
      if (++size === capacity) { code = ${Exit.flush}; break }`
}

import type { WireError } from '../../protocol/wire-error.ts'
import { oneLine } from '../output/text-width.ts'
import { type Field, fieldLines, type ReportStyle } from './report-style.ts'

/** What an error of ours has written below its message is shown apart. */
const details = /^ {2}(?:operator|at|record|remedy): /

/** Causes of causes that are shown. */
const MOST_CAUSES = 8

/** Why a job failed, in fields: the sentence, where, with what, because of what, and what to do. */
export function failureLines(
  error: WireError,
  heading: string,
  verbose: boolean,
  style: ReportStyle,
): readonly string[] {
  const { colors } = style
  const fields: Field[] = [[heading, sentence(error), colors.red]]
  const { operator, site, record, remedy } = innermost(error)
  if (operator !== undefined) fields.push(['  operator', oneLine(operator)])
  if (site !== undefined) fields.push(['  source', `${oneLine(site.file)}:${site.line}:${site.column}`])
  if (record !== undefined) fields.push(['  record', oneLine(record)])
  for (const cause of causesOf(error)) fields.push(['  cause', named(cause)])
  if (remedy !== undefined) fields.push(['  what to do', oneLine(remedy)])
  if (verbose) {
    for (const [index, { operator: at, record: letter, error: why }] of (error.deadLetters ?? []).entries()) {
      const excerpt = JSON.stringify(letter) ?? ''
      fields.push([index === 0 ? '  dead letters' : '', `${oneLine(at)}: ${oneLine(excerpt)}: ${named(why)}`])
    }
    // Of what was thrown first.
    const { stack } = [error, ...causesOf(error)].findLast((one) => one.stack !== undefined) ?? {}
    if (stack !== undefined) fields.push(['  stack', stack.split('\n').map(oneLine).join('\n')])
  }
  return ['', ...fieldLines(fields, style)]
}

/** The fields of an error, or of the nearest cause that has them. */
function innermost(error: WireError): Pick<WireError, 'operator' | 'site' | 'record' | 'remedy'> {
  const chain = [error, ...causesOf(error)]
  const first = <K extends 'operator' | 'site' | 'record' | 'remedy'>(key: K): WireError[K] =>
    chain.find((one) => one[key] !== undefined)?.[key]
  return {
    operator: first('operator'),
    site: first('site'),
    record: first('record'),
    remedy: first('remedy'),
  }
}

function causesOf(error: WireError): readonly WireError[] {
  const causes: WireError[] = []
  for (let { cause } = error; cause !== undefined && causes.length < MOST_CAUSES; { cause } = cause) {
    causes.push(cause)
  }
  return causes
}

/** `TypeError: x is not a function` */
const named = (error: WireError): string => {
  const text = sentence(error).split('\n').join(' ')
  return error.thrown === true ? text : `${oneLine(error.name)}: ${text}`
}

function sentence({ message }: WireError): string {
  const lines = message.split('\n')
  const end = lines.findIndex((line) => details.test(line))
  return lines
    .slice(0, end === -1 ? undefined : end)
    .map(oneLine)
    .join('\n')
}

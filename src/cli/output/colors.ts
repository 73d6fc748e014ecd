import type { WriteStream } from 'node:tty'
import process from 'node:process'
import picocolors from 'picocolors'
import type { JobStatus } from '../../job/job-status.ts'

export type Colors = ReturnType<typeof picocolors.createColors>

type Environment = Readonly<Record<string, string | undefined>>

/** Whether a stream is written to in colours: NO_COLOR and --no-color say no, FORCE_COLOR yes, else a terminal does. */
export function hasColors(
  stream: Pick<WriteStream, 'isTTY'>,
  env: Environment = process.env,
  argv: readonly string[] = process.argv,
): boolean {
  if (env['NO_COLOR'] || argv.includes('--no-color')) return false
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') return true
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}

export const colorsOf = (stream: Pick<WriteStream, 'isTTY'>): Colors =>
  picocolors.createColors(hasColors(stream))

/** A status is a word first; the colour only helps to find it. */
export function colorOfStatus(colors: Colors, status: JobStatus): (text: string) => string {
  switch (status) {
    case 'running':
      return colors.green
    case 'completed':
      return colors.blue
    case 'failed':
      return colors.red
    case 'restarting':
    case 'stopping':
      return colors.yellow
    case 'stopped':
    case 'cancelled':
      return colors.dim
    case 'pending':
    case 'uploading':
    case 'queued':
      return colors.cyan
  }
}

import { once } from 'node:events'
import type { TestContext } from '../../support/suite.ts'
import type { Millrace } from '../millrace.ts'

export interface Started {
  readonly said: { readonly out: string; readonly err: string }
  readonly interrupt: () => void
  readonly ended: Promise<number | null>
  until(wanted: RegExp): Promise<void>
}

/** A command that goes on, and what it has written up to now. */
export function start(context: TestContext, millrace: Millrace, args: readonly string[]): Started {
  const child = millrace.spawn(args)
  const said = { out: '', err: '' }
  child.stdout!.on('data', (text: Buffer) => (said.out += text.toString()))
  child.stderr!.on('data', (text: Buffer) => (said.err += text.toString()))
  return {
    said,
    interrupt: () => void child.kill('SIGINT'),
    ended: once(child, 'close').then(([code]) => code as number | null),
    async until(wanted) {
      while (!wanted.test(said.out)) await once(child.stdout!, 'data', { signal: context.signal })
    },
  }
}

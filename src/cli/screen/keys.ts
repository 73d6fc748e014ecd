import { Observable } from 'rxjs'
import type { Cancel, Clock } from '../../time/clock.ts'
import { decodeKeys, type Key } from './decode-keys.ts'

/** Milliseconds for the rest of a sequence to come; then its beginning was the escape key. */
const ESCAPE_WAIT = 50

export interface KeyStream {
  on(event: 'data', listener: (text: string) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
  off(event: 'data', listener: (text: string) => void): unknown
  off(event: 'end' | 'close', listener: () => void): unknown
  setEncoding(encoding: 'utf8'): unknown
}

/** Keys as they are pressed, whatever pieces the terminal sends them in. Completes when the terminal goes away. */
export function keysOf(stream: KeyStream, clock: Pick<Clock, 'setTimeout'>): Observable<Key> {
  return new Observable((subscriber) => {
    let rest = ''
    let cancel: Cancel | null = null
    const take = (text: string): void => {
      const decoded = decodeKeys(text)
      rest = decoded.rest
      for (const key of decoded.keys) subscriber.next(key)
    }
    const onData = (text: string): void => {
      cancel?.()
      take(rest + text)
      cancel = rest === '' ? null : clock.setTimeout(onTime, ESCAPE_WAIT)
    }
    const onTime = (): void => {
      const late = rest.slice(1)
      rest = ''
      subscriber.next('escape')
      take(late)
    }
    const onEnd = (): void => subscriber.complete()
    stream.setEncoding('utf8')
    stream.on('data', onData)
    stream.on('end', onEnd)
    stream.on('close', onEnd)
    return () => {
      cancel?.()
      stream.off('data', onData)
      stream.off('end', onEnd)
      stream.off('close', onEnd)
    }
  })
}

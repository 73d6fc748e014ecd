import { Observable, type OperatorFunction } from 'rxjs'
import type { PipeBuilder, PipeContext, PipeSource } from '../functions/pipe-context.ts'

type Operator = OperatorFunction<unknown, unknown>
type OneFunction = (source: PipeSource<unknown>) => Observable<unknown> | readonly Operator[]

/**
 * Brings all forms of `pipe` into one. An RxJS operator and a function of the context look alike, so a single
 * function is called with an Observable that is also the context, and told by what it returns.
 */
export function pipeBuilder(operators: readonly unknown[]): PipeBuilder {
  const [first] = operators
  if (operators.length !== 1) return () => operators as readonly Operator[]
  return (ctx) => [(source) => applyOne(first as OneFunction, source, ctx)]
}

function applyOne(fn: OneFunction, source: Observable<unknown>, ctx: PipeContext): Observable<unknown> {
  const result = fn(withContext(source, ctx))
  if (!isList(result)) return result
  return result.reduce<Observable<unknown>>((stream, operator) => operator(stream), source)
}

function withContext(source: Observable<unknown>, ctx: PipeContext): PipeSource<unknown> {
  const { scheduler, signal, logger, subtaskIndex } = ctx
  const copy = new Observable<unknown>((subscriber) => source.subscribe(subscriber))
  return Object.assign(copy, { scheduler, signal, logger, subtaskIndex, now: () => ctx.now() })
}

function isList(result: Observable<unknown> | readonly Operator[]): result is readonly Operator[] {
  return Array.isArray(result)
}

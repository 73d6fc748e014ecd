import { expectTypeOf } from 'expect-type'
import {
  type DataStream,
  type JobHandle,
  type JobResult,
  LocalEnvironment,
  RemoteEnvironment,
  type RemoteJobHandle,
} from '../../src/index.ts'

class Rates {
  toEuro(amount: number): number {
    return amount
  }
}

const remote = new RemoteEnvironment('remote').registerService('rates', Rates)
expectTypeOf(remote).toEqualTypeOf<RemoteEnvironment<Record<never, never> & Record<'rates', Rates>>>()
const converted = remote.fromBatch([1]).map(async (n, ctx) => ctx.service('rates').toEuro(n))
expectTypeOf(converted).toExtend<DataStream<number, { rates: Rates }>>()
// @ts-expect-error there is no such method
remote.fromBatch([1]).tap((n, ctx) => void ctx.service('rates').toDollar)

expectTypeOf(remote.submit({ autostop: true })).toEqualTypeOf<Promise<JobResult>>()
expectTypeOf(remote.submit()).toEqualTypeOf<Promise<RemoteJobHandle>>()
expectTypeOf(remote.start()).toEqualTypeOf<Promise<RemoteJobHandle>>()
// @ts-expect-error start is of jobs that end by themselves
void remote.start({ autostop: false })
// @ts-expect-error the server keeps checkpoints
new RemoteEnvironment('remote', { checkpoints: { store: {} } })

// One program for both.
declare const elsewhere: boolean
const env = (elsewhere ? new RemoteEnvironment('any') : new LocalEnvironment('any')).registerService(
  'rates',
  Rates,
)
env.fromBatch([1]).map(async (n, ctx) => ctx.service('rates').toEuro(n))
expectTypeOf(env.submit({ autostop: true })).toEqualTypeOf<Promise<JobResult>>()
expectTypeOf(env.submit()).toEqualTypeOf<Promise<JobHandle> | Promise<RemoteJobHandle>>()

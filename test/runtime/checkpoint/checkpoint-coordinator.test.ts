import * as assert from 'uvu/assert'
import { CheckpointTimeoutError } from '../../../src/errors/checkpoint-errors.ts'
import { StateSaveError } from '../../../src/errors/state-save-error.ts'
import { deferred, rejectionOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { CoordinatorBench, rest } from './support/coordinator-bench.ts'
import { FakeMember } from './support/fake-member.ts'

const settled = async (promise: Promise<unknown>): Promise<'pending' | 'resolved' | 'rejected'> => {
  let state: 'pending' | 'resolved' | 'rejected' = 'pending'
  promise.then(
    () => (state = 'resolved'),
    () => (state = 'rejected'),
  )
  await rest()
  return state
}

suite('when checkpoints are taken', (test) => {
  test('one begins an interval after the one before began, however long that took', async () => {
    const bench = await new CoordinatorBench(['a']).start()
    const [a] = bench.members as [FakeMember]
    await bench.clock.advance(99)
    assert.equal(a.told, [])
    await bench.clock.advance(1)
    assert.equal(a.told, ['trigger 1'])
    await bench.clock.advance(60)
    await bench.pass(a)
    assert.equal(a.told, ['trigger 1', 'commit 1'])
    await bench.clock.advance(39)
    assert.is(a.told.length, 2)
    await bench.clock.advance(1)
    assert.equal(a.told.slice(2), ['trigger 2'])
  })

  test('one that took longer than the interval is followed by the next, after the pause', async () => {
    const bench = await new CoordinatorBench(['a'], { minPause: 30 }).start()
    const [a] = bench.members as [FakeMember]
    await bench.clock.advance(500)
    assert.equal(a.told, ['trigger 1'], 'one at a time')
    await bench.pass(a)
    await bench.clock.advance(29)
    assert.equal(a.told, ['trigger 1', 'commit 1'])
    await bench.clock.advance(1)
    assert.equal(a.told.at(-1), 'trigger 2')
  })

  test('those that are asked for at once are taken one after the other', async () => {
    const bench = await new CoordinatorBench(['a']).start()
    const [a] = bench.members as [FakeMember]
    const first = bench.coordinator.take('savepoint', false)
    const second = bench.coordinator.take('savepoint', false)
    await bench.clock.advance(100)
    assert.equal(a.told, ['trigger 1'])
    assert.is(a.barrier?.full, true)
    await bench.pass(a)
    assert.is((await first).id, 1)
    assert.equal(a.told, ['trigger 1', 'commit 1', 'trigger 2'])
    await bench.pass(a)
    assert.is((await second).kind, 'savepoint')
    await bench.pass(a)
    assert.equal(
      (await bench.list()).map(({ id, kind }) => `${kind} ${id}`),
      ['checkpoint 3', 'savepoint 2', 'savepoint 1'],
    )
  })

  test('the newest are kept, and savepoints besides', async () => {
    const bench = await new CoordinatorBench(['a'], { retain: 2 }).start()
    const [a] = bench.members as [FakeMember]
    for (const kind of ['checkpoint', 'savepoint', 'checkpoint', 'checkpoint', 'checkpoint'] as const) {
      const taken = bench.coordinator.take(kind, false)
      await rest()
      await bench.pass(a)
      await taken
    }
    await rest()
    assert.equal(await bench.ids(), [5, 4, 2])
  })

  test('a damaged one does not take the place of a good one', async () => {
    const bench = await new CoordinatorBench(['a'], { retain: 2 }).start()
    const [a] = bench.members as [FakeMember]
    const take = async (): Promise<void> => {
      const taken = bench.coordinator.take('checkpoint', false)
      await rest()
      await bench.pass(a)
      await taken
      await rest()
    }
    await take()
    await take()
    bench.coordinator.dismiss(2)
    await take()
    assert.equal(await bench.ids(), [3, 1])
  })

  test('what cannot be removed is told, and kept nobody from anything', async () => {
    const bench = await new CoordinatorBench(['a'], { retain: 1 }).start()
    const [a] = bench.members as [FakeMember]
    bench.store.before = (step) => {
      if (step === 'remove') throw new Error('not allowed')
    }
    for (let i = 0; i < 2; i++) {
      const taken = bench.coordinator.take('checkpoint', false)
      await rest()
      await bench.pass(a)
      await taken
    }
    await rest()
    assert.match(bench.warnings.join(), /^Old checkpoints could not be removed: not allowed/)
  })

  test('one that is asked for before there is an attempt waits for it', async () => {
    const bench = new CoordinatorBench(['a'])
    const taken = bench.coordinator.take('savepoint', false)
    await rest()
    assert.equal(bench.store.steps, [])
    await bench.start()
    await rest()
    await bench.pass(bench.members[0]!)
    assert.is((await taken).id, 1)
  })

  test('none is taken where there never is an attempt, nor after it', async () => {
    const none = new CoordinatorBench(['a'])
    const taken = rejectionOf(none.coordinator.take('savepoint', false))
    await none.coordinator.detach(new Error('cancelled'))
    assert.match(String(await taken), 'does not run yet')

    const bench = await new CoordinatorBench(['a']).start()
    const failure = new Error('over')
    await bench.coordinator.detach(failure)
    assert.is(await rejectionOf(bench.coordinator.take('savepoint', false)), failure)
    await bench.clock.advance(1000)
    assert.equal(bench.members[0]!.told, [])
    assert.is(bench.clock.waiting, 0)
    assert.equal(bench.store.steps, ['claim'])
  })
})

suite('a checkpoint that is given up', (test) => {
  test('tells who was waited for, each name once, and is followed by a whole one', async () => {
    const names = ['source', 'fast', 'slow', 'slow', 'b', 'c', 'd', 'e', 'f']
    const bench = await new CoordinatorBench(names, { timeout: 50 }).start()
    const [source, fast, ...others] = bench.members as [FakeMember, FakeMember]
    const savepoint = bench.coordinator.take('savepoint', false)
    await rest()
    await bench.pass(source, fast)
    await bench.clock.advance(50)
    const error = (await rejectionOf(savepoint)) as CheckpointTimeoutError
    assert.instance(error, CheckpointTimeoutError)
    assert.match(error.message, "waited for 'slow', 'b', 'c', 'd', 'e' and 1 more.")
    assert.equal(bench.store.aborted, [1])
    for (const { told } of bench.members) assert.equal(told, ['trigger 1', 'cancel 1'])
    await bench.pass(...(others as FakeMember[]))
    assert.equal(await bench.ids(), [], 'a barrier that comes late is nothing')
    await bench.clock.advance(50)
    await bench.pass(...bench.members)
    assert.equal(await bench.ids(), [2])
    assert.is(bench.warnings.length, 0, 'whoever asked was told')
  })

  test('names the store where that is what takes its time', async () => {
    const bench = await new CoordinatorBench(['a'], { timeout: 50 }).start()
    const written = deferred()
    bench.store.before = (step, id) => (step === 'put' && id === 1 ? written.promise : undefined)
    const [a] = bench.members as [FakeMember]
    a.value = 'state'
    void bench.coordinator.ended(a, false)
    const savepoint = bench.coordinator.take('savepoint', false)
    await rest()
    await bench.clock.advance(50)
    assert.match(((await rejectionOf(savepoint)) as Error).message, 'it waited for the store.')
    written.resolve()
  })

  test('is warned of when nobody asked for it', async () => {
    const bench = await new CoordinatorBench(['a']).start()
    const [a] = bench.members as [FakeMember]
    const full = new Error('the disk is full')
    for (const broken of ['begin', 'put', 'commit'] as const) {
      bench.store.before = (step) => {
        if (step === broken) throw full
      }
      a.value = 1
      a.table.set('key', broken)
      await bench.clock.advance(100)
      if (broken !== 'begin') await bench.pass(a)
    }
    assert.equal(
      bench.warnings,
      Array.from({ length: 3 }, () => 'A checkpoint was given up: the disk is full'),
    )
    assert.equal(await bench.ids(), [])
    bench.store.before = () => undefined
    await bench.clock.advance(100)
    await bench.pass(a)
    assert.equal(await bench.ids(), [4])
    const [again] = (await bench.restored(4)) as [FakeMember]
    assert.equal([again.value, again.cells], [1, { key: 'commit' }])
  })

  test('gives what it had captured to the next', async () => {
    const bench = await new CoordinatorBench(['a', 'b', 'c']).start()
    const [a, b, c] = bench.members as [FakeMember, FakeMember, FakeMember]
    for (const [i, { table }] of bench.members.entries()) table.set('key', i)
    const never = deferred()
    bench.store.before = (step) => (step === 'put' ? never.promise : undefined)
    const taken = bench.coordinator.take('checkpoint', false)
    await rest()
    // One is being written, one stands in line, and one has not come.
    await bench.pass(a, b)
    const gone = new Error('gone')
    await bench.coordinator.detach(gone)
    assert.is(await rejectionOf(taken), gone)
    for (const { table } of [a, b]) {
      table.delete('key')
      table.set('other', 1)
    }
    bench.store.before = () => undefined
    await bench.start()
    await bench.clock.advance(100)
    await bench.pass(a, b, c)
    const restored = await bench.restored(2)
    assert.equal(
      restored.map(({ cells }) => cells),
      [{ other: 1 }, { other: 1 }, { key: 2 }],
    )
  })

  test('where a value cannot be saved the job goes on, and the next is whole', async () => {
    const bench = await new CoordinatorBench(['a', 'b']).start()
    const [a, b] = bench.members as [FakeMember, FakeMember]
    a.table.set('key', 1)
    b.value = () => 'a function'
    await bench.clock.advance(100)
    await bench.pass(a, b)
    assert.match(bench.warnings[0]!, /given up: 'value' of 'b' cannot be saved/)
    b.value = 'data'
    await bench.clock.advance(100)
    await bench.pass(a, b)
    const [restored, other] = (await bench.restored(2)) as [FakeMember, FakeMember]
    assert.equal([restored.cells, other.value], [{ key: 1 }, 'data'])
  })
})

suite('a member that ends', (test) => {
  test('before a barrier is in every later checkpoint, as ended', async () => {
    const bench = await new CoordinatorBench(['a', 'b']).start()
    const [a, b] = bench.members as [FakeMember, FakeMember]
    a.value = 'last'
    a.book.in = 3
    await bench.coordinator.ended(a, false)
    for (const id of [1, 2]) {
      await bench.clock.advance(100)
      await bench.pass(b)
      const { operators } = await bench.manifest(id)
      assert.equal(
        operators.map(({ name, subtasks }) => [name, subtasks[0]!.finished, subtasks[0]!.book['in']]),
        [
          ['a', true, 3],
          ['b', false, 0],
        ],
      )
      assert.is((await bench.restored(id))[0]!.value, 'last')
    }
    assert.equal(
      a.told.filter((word) => word.startsWith('trigger')),
      [],
    )
  })

  test('while its barrier is on the way takes part with its end', async () => {
    const bench = await new CoordinatorBench(['a', 'b']).start()
    const [a, b] = bench.members as [FakeMember, FakeMember]
    await bench.clock.advance(100)
    await bench.pass(b)
    a.table.set('key', 'has served its purpose')
    const safe = bench.coordinator.ended(a, true)
    assert.is(await settled(safe), 'resolved')
    const { operators } = await bench.manifest(1)
    assert.equal(operators[0]!.subtasks[0]!.finished, true)
    assert.equal((await bench.restored(1))[0]!.cells, {})
  })

  test('behind its barrier waits for the next checkpoint', async () => {
    const bench = await new CoordinatorBench(['a', 'b']).start()
    const [a, b] = bench.members as [FakeMember, FakeMember]
    await bench.clock.advance(100)
    await bench.pass(a)
    const safe = bench.coordinator.ended(a, true)
    await bench.pass(b)
    assert.is((await bench.manifest(1)).operators[0]!.subtasks[0]!.finished, false)
    assert.is(await settled(safe), 'pending')
    await bench.clock.advance(100)
    await bench.pass(b)
    assert.is(await settled(safe), 'resolved')
    assert.is((await bench.manifest(2)).operators[0]!.subtasks[0]!.finished, true)
  })

  test('last of all does not wait for the interval, and everybody is in its checkpoint', async () => {
    const names = ['a', 'b', 'c']
    const bench = await new CoordinatorBench(names).start()
    for (const member of bench.members) {
      member.value = `prepared by ${member.name}`
    }
    const ends = bench.members.map((member) => bench.coordinator.ended(member, true))
    await Promise.all(ends)
    assert.equal(await bench.ids(), [1])
    assert.equal(
      (await bench.restored(1)).map(({ value }) => value),
      names.map((name) => `prepared by ${name}`),
    )
    assert.is(bench.clock.waiting, 0, 'nothing is left to be taken')
  })

  test('that does not wait keeps nobody, and no checkpoint is taken for it', async () => {
    const bench = await new CoordinatorBench(['a']).start()
    await bench.coordinator.ended(bench.members[0]!, false)
    await bench.clock.advance(1000)
    assert.equal(await bench.ids(), [])
  })

  test('counts on the next checkpoint when one fails, and is told when there is no next', async () => {
    for (const broken of ['begin', 'put', 'commit'] as const) {
      const bench = await new CoordinatorBench(['a', 'b']).start()
      const [a, b] = bench.members as [FakeMember, FakeMember]
      const full = new Error('the disk is full')
      bench.store.before = (step) => {
        if (step === broken) throw full
      }
      a.value = b.value = 'prepared'
      const first = bench.coordinator.ended(a, true)
      await bench.clock.advance(100)
      if (broken !== 'begin') await bench.pass(b)
      assert.is(await settled(first), 'pending', broken)
      const second = bench.coordinator.ended(b, true)
      assert.is(await rejectionOf(first), full)
      assert.is(await rejectionOf(second), full)
      await bench.clock.advance(1000)
      assert.is(bench.clock.waiting, 0)
    }
  })

  test('has another chance when everybody ended while a checkpoint failed', async () => {
    const bench = await new CoordinatorBench(['a']).start()
    const [a] = bench.members as [FakeMember]
    const held = deferred()
    bench.store.before = (step, id) => (step === 'commit' && id === 1 ? held.promise : undefined)
    await bench.clock.advance(100)
    await bench.pass(a)
    const end = bench.coordinator.ended(a, true)
    held.reject(new Error('the first only'))
    assert.is(await settled(end), 'resolved')
    assert.equal(await bench.ids(), [2])
  })

  test('with what cannot be saved is told, and nobody else is kept waiting', async () => {
    const bench = await new CoordinatorBench(['a', 'b']).start()
    const [a, b] = bench.members as [FakeMember, FakeMember]
    a.value = () => 'a function'
    await bench.coordinator.ended(a, false)
    await bench.clock.advance(100)
    assert.match(bench.warnings[0]!, /'value' of 'a' cannot be saved/)
    assert.instance(await rejectionOf(bench.coordinator.ended(b, true)), StateSaveError)
  })

  test('of an attempt that is over is no part of the next', async () => {
    const bench = await new CoordinatorBench(['a']).start()
    const [old] = bench.members as [FakeMember]
    const failure = new Error('failed')
    const waiting = bench.coordinator.detach(failure)
    assert.is(await rejectionOf(bench.coordinator.ended(old, true)), failure)
    await waiting
    const young = new FakeMember('a')
    young.value = 'young'
    await bench.start([young])
    old.value = 'old'
    await bench.coordinator.ended(old, false)
    assert.match(String(await rejectionOf(bench.coordinator.ended(old, true))), 'restarted')
    await bench.clock.advance(100)
    await bench.pass(young)
    const [restored] = (await bench.restored(1)) as [FakeMember]
    assert.is(restored.value, 'young')
    assert.is((await bench.manifest(1)).operators[0]!.subtasks[0]!.finished, false)
  })
})

suite('the end of an attempt', (test) => {
  test('gives up what is being taken, and tells who waits', async () => {
    const bench = await new CoordinatorBench(['a', 'b']).start()
    const [a] = bench.members as [FakeMember]
    const taken = bench.coordinator.take('checkpoint', false)
    const next = bench.coordinator.take('checkpoint', false)
    await rest()
    const waits = bench.coordinator.ended(a, true)
    const why = new Error('why')
    const detached = bench.coordinator.detach(why)
    for (const promise of [taken, next, waits]) assert.is(await rejectionOf(promise), why)
    await detached
    assert.equal(bench.store.aborted, [1])
    assert.is(bench.clock.waiting, 0)
  })

  test('waits for the store where that decides already', async () => {
    const bench = await new CoordinatorBench(['a']).start()
    const committed = deferred()
    bench.store.before = (step) => (step === 'commit' ? committed.promise : undefined)
    const taken = bench.coordinator.take('checkpoint', false)
    await rest()
    await bench.pass(...bench.members)
    const detached = bench.coordinator.detach(new Error('why'))
    assert.is(await settled(detached), 'pending')
    committed.resolve()
    await detached
    assert.is((await taken).id, 1)
  })

  test('in which a checkpoint is just being begun leaves nothing of it', async () => {
    const bench = await new CoordinatorBench(['a']).start()
    const begun = deferred()
    bench.store.before = (step) => (step === 'begin' ? begun.promise : undefined)
    const taken = bench.coordinator.take('checkpoint', false)
    await rest()
    const why = new Error('why')
    const detached = bench.coordinator.detach(why)
    begun.resolve()
    await detached
    assert.is(await rejectionOf(taken), why)
    assert.equal(bench.store.aborted, [1])
    assert.equal(
      bench.members[0]!.told.filter((word) => word.startsWith('trigger')),
      [],
    )
  })

  test('by itself lets a savepoint be written that was asked for before', async () => {
    const bench = await new CoordinatorBench(['a']).start()
    const [a] = bench.members as [FakeMember]
    a.value = 'all there is'
    const savepoint = bench.coordinator.take('savepoint', true)
    const another = bench.coordinator.take('savepoint', false)
    await rest()
    await bench.coordinator.ended(a, false)
    await bench.coordinator.detach(new Error('The job was stopped.'))
    assert.is((await savepoint).id, 1)
    assert.is((await another).id, 2)
    assert.is((await bench.manifest(1)).operators[0]!.subtasks[0]!.finished, true)
  })
})

suite('the safety of a checkpoint', (test) => {
  test('is waited for, and is never taken for granted', async () => {
    const bench = await new CoordinatorBench(['a']).start()
    const [a] = bench.members as [FakeMember]
    const first = bench.coordinator.take('savepoint', true)
    await rest()
    const safe = bench.coordinator.safe(1)
    assert.is(await settled(safe), 'pending')
    await bench.pass(a)
    await first
    await safe
    await bench.coordinator.safe(1)
    bench.store.before = (step) => {
      if (step === 'commit') throw new Error('full')
    }
    const second = rejectionOf(bench.coordinator.take('savepoint', true))
    await rest()
    const waiting = rejectionOf(bench.coordinator.safe(2))
    await bench.pass(a)
    assert.match(String(await second), 'full')
    assert.match(String(await waiting), 'full')
    assert.match(String(await rejectionOf(bench.coordinator.safe(2))), 'given up')
    const why = new Error('why')
    await bench.coordinator.detach(why)
    assert.is(await rejectionOf(bench.coordinator.safe(2)), why)
  })
})

import { marbles } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

suite('record operators in virtual time', (test) => {
  test('map passes each record in its frame', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('--a-b-c|')
      expectStream(env.fromObservable(source).map((x) => x.toUpperCase())).toBe('--A-B-C|')
      expectSubscriptions(source).toBe('^------!')
    }))

  test('what a source pushes in one frame stays in that frame', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('-(abc)-(d|)')
      expectStream(env.fromObservable(source).map((x) => x)).toBe('-(abc)-(d|)')
      expectSubscriptions(source).toBe('^------!')
    }))

  test('chunks do not shift frames, whatever their size', async () => {
    for (const options of [{ chunkSize: 1 }, { edgeCapacity: 1, chunkSize: 2 }, { sliceMs: 1 }]) {
      await marbles(({ env, cold, expectStream }) => {
        const source = cold('-(abcde)-f|')
        const spread = env.fromObservable(source).map((x) => x, { parallelism: 1 })
        expectStream(spread.rebalance().map((x) => x)).toBe('-(abcde)-f|')
      }, options)
    }
  })

  test('ten thousand records take no frame, though the loop yields', () =>
    marbles(({ env, expectStream, testSource }) => {
      const source = testSource(Array.from({ length: 10_000 }, (_, i) => i))
      expectStream(env.fromSource(source).count()).toBe('(n|)', { n: 10_000 })
    }))

  test('filter lets the end through in its frame', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('-a-b-c--|', { a: 1, b: 2, c: 3 })
      expectStream(env.fromObservable(source).filter((n) => n % 2 === 1)).toBe('-a---c--|', { a: 1, c: 3 })
      expectSubscriptions(source).toBe('^-------!')
    }))

  test('flatMap puts out what a record becomes in its frame', () =>
    marbles(({ env, cold, expectStream }) => {
      const twice = env.fromObservable(cold('-a-----b----|')).flatMap((x) => [x, x])
      expectStream(twice).toBe('             -(aa)--(bb)-|')
      expectStream(twice.count()).toBe('     ------------(n|)', { n: 4 })
    }))

  test('take leaves its source as soon as it has enough', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('-a-b-c-d-|')
      expectStream(env.fromObservable(source).take(2)).toBe('-a-(b|)')
      expectSubscriptions(source).toBe('^--!')
    }))

  test('take of nothing never asks', () =>
    marbles(({ env, source, expectStream, expectReads }) => {
      const letters = source('abc|')
      expectStream(env.fromSource(letters).take(0)).toBe('|')
      expectReads(letters).toBe('')
    }))

  test('a branch that takes less does not cut the other short', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('-a-b-c|')
      const letters = env.fromObservable(source)
      expectStream(letters.take(1)).toBe('-(a|)')
      expectStream(letters.skip(1)).toBe('---b-c|')
      expectSubscriptions(source).toBe('^-----!')
    }))

  test('a keyed reduce puts out when its input has ended, in that frame', () =>
    marbles(({ env, cold, expectStream }) => {
      const numbers = env.fromObservable(cold('-a-b-a-|', { a: 1, b: 2 }))
      const sums = numbers.keyBy((n) => n).reduce((sum, n) => sum + n)
      expectStream(numbers.keyBy((n) => n).filter((n) => n > 1)).toBe('---b---|', { b: 2 })
      expectStream(sums).toBe('                -------(bb|)', { b: 2 })
    }))

  test('scan puts out with each record', () =>
    marbles(({ env, cold, expectStream }) => {
      const numbers = env.fromObservable(cold('a-b-c|', { a: 1, b: 2, c: 3 }))
      expectStream(numbers.scan((sum, n) => sum + n, 0)).toBe('a-b-c|', { a: 1, b: 3, c: 6 })
    }))

  test('union keeps the frames of both, and ends with the last', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const left = cold('a---c|')
      const right = cold('--b-----d|')
      expectStream(env.fromObservable(left).union(env.fromObservable(right))).toBe('a-b-c---d|')
      expectSubscriptions(left).toBe('^----!')
      expectSubscriptions(right).toBe('^--------!')
    }))

  test('concat reads the second input when the first has ended', () =>
    marbles(({ env, cold, source, expectStream, expectReads }) => {
      const second = source('xyz|')
      expectStream(
        env.fromObservable(cold('-a---b---|')).concat(env.fromSource(second, { name: 'xyz' })),
      ).toBe('                                  -a---b---(xyz|)')
      expectReads(second).toBe('xyz|')
    }))

  test('comap takes its inputs as they come', () =>
    marbles(({ env, cold, expectStream }) => {
      const numbers = env.fromObservable(cold('-1---2|'))
      const letters = env.fromObservable(cold('---a---|'))
      const out = numbers.connect(letters).comap([(n) => `n${n}`, (x) => `l${x}`])
      expectStream(out).toBe('-p-q-r-|', { p: 'n1', q: 'la', r: 'n2' })
    }))

  test('an inner join puts out when the later of two has come', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const left = cold('-a-b----|')
      const right = cold('-----a--b---|')
      const joined = env
        .fromObservable(left)
        .keyBy((x) => x)
        .join(
          env.fromObservable(right).keyBy((x) => x),
          (l, r) => `${l}${r}`,
        )
      expectStream(joined).toBe('-----a--b---|', { a: 'aa', b: 'bb' })
      expectSubscriptions(left).toBe('^-------!')
      expectSubscriptions(right).toBe('^-----------!')
    }))

  test('going round a feedback loop takes no frame', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions }) => {
      const source = cold('--a------b---|', { a: 3, b: 1 })
      const again = env.fromFuture<number>('again')
      const counting = env.fromObservable(source).union(again)
      counting.map((n) => (n > 1 ? n - 1 : undefined)).fillFuture(again)
      expectStream(counting).toBe('--(abc)--(c)-|', { a: 3, b: 2, c: 1 })
      expectSubscriptions(source).toBe('^------------!')
    }))

  test('a loop that waits ends when its last record has left it', () =>
    marbles(({ env, cold, expectStream, expectSubscriptions, delay }) => {
      const source = cold('a|', { a: 3 })
      const again = env.fromFuture<number>('again')
      const counting = env.fromObservable(source).union(again)
      counting
        .map(async (n) => {
          await delay(5)
          return n > 1 ? n - 1 : undefined
        })
        .fillFuture(again)
      expectStream(counting).toBe('c----b----a----|', { a: 1, b: 2, c: 3 })
      expectSubscriptions(source).toBe('^!')
    }))

  test('side outputs are streams like others', () =>
    marbles(({ env, cold, expectStream }) => {
      const split = env.fromObservable(cold('-a-1-b-2|')).process<string>((x, _ctx, out) => {
        if (/\d/.test(x)) return void out.side('digits', x)
        return void out.emit(x)
      })
      expectStream(split).toBe('                      -a---b--|')
      expectStream(split.sideOutput('digits')).toBe(' ---1---2|')
    }))
})

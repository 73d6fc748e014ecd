import { count, from, groupBy, map, mergeMap } from 'rxjs'
import { weighCount } from '../throughput/workloads.ts'
import type { Library } from './library.ts'
import { drain, library as rxjs } from './rxjs.ts'

/** The keyed count as RxJS has it: one Subject per key. */
export const library: Library = {
  workloads: {
    d: (input, cell) =>
      drain(
        from(input).pipe(
          groupBy((word) => word),
          mergeMap((group) =>
            group.pipe(
              count(),
              map((n) => weighCount(group.key, n)),
            ),
          ),
        ),
        (weight) => {
          cell.sum += weight
        },
      ),
  },
  chain: rxjs.chain,
}

import type { CheckpointHost } from '../../runtime/checkpoint/checkpoint-host.ts'

/** The same host; who ends, and may wait until that is safe, is noticed. */
export function noticingEnds(host: CheckpointHost, notice: () => void): CheckpointHost {
  return {
    get restored() {
      return host.restored
    },
    restore: (ledger) => host.restore(ledger),
    passed: (...passed) => host.passed(...passed),
    ended: (member, waits) => {
      notice()
      return host.ended(member, waits)
    },
    put: (checkpoint, bytes) => host.put(checkpoint, bytes),
    notSaved: (checkpoint, error) => host.notSaved(checkpoint, error),
    safe: (checkpoint) => host.safe(checkpoint),
  }
}

import { HostedEnvironment, MemoryCheckpointStore } from '../hosted-environment.ts'

async function* numbers(): AsyncGenerator<number> {
  for (let n = 0; ; n++) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    yield n
  }
}

const checkpoints = { store: new MemoryCheckpointStore(), interval: 20 }
const env = new HostedEnvironment('generated', { checkpoints })
const all = env.fromBatch(numbers())
all.sink(() => {})
all.map((n) => n, { name: 'idle' })
await env.submit()

import { raySuite, recorded, served } from './real-ray.ts'
import { callModel } from '../serve/call-model.ts'

raySuite(
  'deployments of a real Ray Serve',
  (test) => {
    test('are called as a service', () => recorded('serve', served, callModel))
  },
  { timeout: 60_000 },
)

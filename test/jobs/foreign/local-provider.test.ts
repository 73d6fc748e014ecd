import { localScene } from '../../providers/support/millrace-scenes.ts'
import { providerContract } from '../../providers/support/provider-contract.ts'

providerContract("a server's own jobs", localScene, 'behaviour')

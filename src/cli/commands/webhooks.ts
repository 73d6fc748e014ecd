import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { addCommand } from './webhooks/add.ts'
import { deleteCommand } from './webhooks/delete.ts'
import { deliveriesCommand } from './webhooks/deliveries.ts'
import { deliveryCommand } from './webhooks/delivery.ts'
import { listCommand } from './webhooks/list.ts'
import { redeliverCommand } from './webhooks/redeliver.ts'
import { rotateSecretCommand } from './webhooks/rotate-secret.ts'
import { showCommand } from './webhooks/show.ts'
import { testCommand } from './webhooks/test.ts'
import { updateCommand } from './webhooks/update.ts'

export const webhooksCommand = (): CommandUnknownOpts =>
  new Command('webhooks')
    .description(
      'URLs that the job server tells what happens to jobs. They need a token with the scope admin.',
    )
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(showCommand())
    .addCommand(updateCommand())
    .addCommand(deleteCommand())
    .addCommand(testCommand())
    .addCommand(rotateSecretCommand())
    .addCommand(deliveriesCommand())
    .addCommand(deliveryCommand())
    .addCommand(redeliverCommand())

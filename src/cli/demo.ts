import { Command } from 'commander';
import { orderCommand } from './demo-order.js';
import { vendorCommand } from './demo-vendor.js';
import { webhookCommand } from './demo-webhook.js';

/** `headgate demo`: what one can do with the demo network. */
export function command(): Command {
  return new Command('demo')
    .description('submit demo orders and follow them; run the simulated vendors')
    .addCommand(orderCommand())
    .addCommand(webhookCommand())
    .addCommand(vendorCommand());
}

import type { ChannelNotice } from '../../channel.js';

const LINES_MAX = 50;
const NUMBERS_MAX = 20;

/** A note of an order; one for the customer is sent by e-mail too. */
export interface OrderNote {
  readonly text: string;
  readonly isForCustomer: boolean;
}

/** Where a parcel is followed, by the carrier's code; null where the account names no place. */
export function trackingLink(links: Readonly<Record<string, string>>, carrier: string, number: string): string | null {
  const template = Object.hasOwn(links, carrier) ? links[carrier] : undefined;
  return template?.replaceAll('{number}', encodeURIComponent(number)) ?? null;
}

/** What is noted of a notice, in plain text; null where there is nothing to say, as all is accepted. */
export function noteOf(notice: ChannelNotice, links: Readonly<Record<string, string>>): OrderNote | null {
  switch (notice.kind) {
    case 'ship': {
      const numbers = notice.trackingNumbers.slice(0, NUMBERS_MAX).map((number) => {
        const link = trackingLink(links, notice.carrier, number);
        return link === null ? plain(number) : `${plain(number)} ${link}`;
      });
      const tracking = numbers.length === 0 ? '' : `. Tracking: ${numbers.join(', ')}`;
      const text = `Shipped with ${plain(notice.carrier)}: ${listed(notice.lines)}${tracking}`;
      return { text, isForCustomer: true };
    }
    case 'cancel':
      return { text: `Canceled: ${listed(notice.lines)}${because(notice.reason)}`, isForCustomer: false };
    case 'acknowledge': {
      const said = (['rejected', 'backordered'] as const).flatMap((what) => {
        const lines = notice.lines.flatMap(({ sku, reason, [what]: quantity }) =>
          quantity > 0 ? [{ sku, quantity, reason }] : [],
        );
        const word = what === 'rejected' ? 'Cannot be shipped' : 'Waits for stock';
        return lines.length === 0 ? [] : [`${word}: ${listed(lines)}${because(lines[0]?.reason ?? null)}`];
      });
      return said.length === 0 ? null : { text: said.join('. '), isForCustomer: false };
    }
    default:
      return null;
  }
}

function listed(lines: readonly { readonly sku: string; readonly quantity: number }[]): string {
  const shown = lines.slice(0, LINES_MAX).map(({ sku, quantity }) => `${quantity} × ${plain(sku)}`);
  const left = lines.length - shown.length;
  return left > 0 ? `${shown.join(', ')} and ${left} more lines` : shown.join(', ');
}

function because(reason: string | null): string {
  return reason === null || reason === '' ? '' : ` (${plain(reason)})`;
}

/** Without what HTML, or a screen, would take for something else. */
function plain(text: string): string {
  return text.replace(/[<>&\p{Cc}]/gu, ' ').slice(0, 200);
}

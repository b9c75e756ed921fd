import type { OrderToRoute } from '../matrix/order-to-route.js';
import type { NetworkSnapshot } from '../model/network.js';
import type { LivelyPriced, LiveQuestion, OrderDeps } from './deps.js';

/** The snapshot with the services of carriers that can be asked priced live. Nothing is asked where nobody can be. */
export async function askCarriers(
  deps: Pick<OrderDeps, 'liveRates'>,
  snapshot: NetworkSnapshot,
  { currency, destination, lines }: OrderToRoute,
  postalCode: string | null,
): Promise<LivelyPriced> {
  if (!deps.liveRates) return { snapshot, problems: [] };
  const parcel = parcelOf(lines, snapshot);
  return deps.liveRates(snapshot, { orderCurrency: currency, to: { ...destination, postalCode }, parcel });
}

/** All units of an order as one parcel. */
function parcelOf(
  lines: readonly { readonly productId: number; readonly quantity: number }[],
  { products }: NetworkSnapshot,
): LiveQuestion['parcel'] {
  const sum = (unitOf: (product: NetworkSnapshot['products'][number]) => number) =>
    lines.reduce((total, { productId, quantity }) => {
      const product = products.find(({ id }) => id === productId);
      return total + (product ? unitOf(product) * quantity : 0);
    }, 0);
  return { grams: sum((product) => product.unitWeightGrams), cm3: sum((product) => product.unitVolumeCm3) };
}

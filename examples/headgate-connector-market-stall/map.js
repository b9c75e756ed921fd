const LINES_MAX = 500;

/**
 * A sale of the market as a canonical order, or every fault with its path. Pure; never throws.
 *
 * @param {Uint8Array} rawBody
 * @param {string} currency
 * @returns {import('headgate/connectors').Normalized}
 */
export function ordersOf(rawBody, currency) {
  const faults = [];
  const fault = (code, path, message) => void faults.push({ code, path, message });
  const sale = parse(rawBody);
  if (sale === null)
    return { ok: false, faults: [{ code: 'NOT_A_SALE', path: '', message: 'expected a JSON object in UTF-8' }] };

  const text = (value, path) => {
    if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, 200);
    fault('TEXT_MISSING', path, 'expected a text');
    return '';
  };
  const soldAt = typeof sale.soldAt === 'number' ? new Date(sale.soldAt * 1000) : new Date(Number.NaN);
  if (Number.isNaN(soldAt.getTime())) fault('MOMENT_INVALID', 'soldAt', 'expected seconds since 1970');
  const to = typeof sale.to === 'object' && sale.to !== null ? sale.to : {};
  const country = text(to.land, 'to.land').toUpperCase();
  if (!/^[A-Z]{2}$/.test(country)) fault('COUNTRY_INVALID', 'to.land', 'expected a country such as DE');
  const goods = Array.isArray(sale.goods) ? sale.goods : [];
  if (goods.length === 0 || goods.length > LINES_MAX)
    fault('LINES_INVALID', 'goods', `expected 1 to ${LINES_MAX} goods, got ${goods.length}`);

  const lines = goods.slice(0, LINES_MAX).map((good, at) => {
    const { article, pieces, cents } = typeof good === 'object' && good !== null ? good : {};
    const path = `goods[${at}]`;
    if (!Number.isSafeInteger(pieces) || pieces < 1)
      fault('QUANTITY_INVALID', `${path}.pieces`, 'expected whole pieces');
    if (!Number.isSafeInteger(cents) || cents < 0 || cents > 1e9)
      fault('PRICE_INVALID', `${path}.cents`, 'expected cents that are not negative');
    return {
      externalLineId: String(at + 1),
      sku: text(article, `${path}.article`),
      quantity: pieces,
      // Headgate counts amounts in ten-thousandths.
      unitPrice: cents * 100,
      requiresShipping: true,
    };
  });
  const order = {
    externalId: text(sale.sale, 'sale'),
    currency,
    placedAt: faults.length === 0 ? soldAt.toISOString() : '',
    shipTo: {
      name: text(to.name, 'to.name'),
      lines: [text(to.street, 'to.street')],
      city: text(to.town, 'to.town'),
      postalCode: text(to.code, 'to.code'),
      countryCode: country,
    },
    lines,
  };
  return faults.length > 0 ? { ok: false, faults } : { ok: true, orders: [order] };
}

/** @returns {Record<string, any> | null} */
function parse(rawBody) {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

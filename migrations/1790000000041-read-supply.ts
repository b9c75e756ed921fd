import { READ_SUPPLY as READ_SUPPLY_BEFORE } from './1790000000022-read-supply.js';

const EDITS: readonly (readonly [is: string, becomes: string])[] = [
  ['SELECT id, code::text, currency::text FROM account', 'SELECT id, code::text, channel, currency::text FROM account'],
  ['SELECT p.id AS "productId", p.active,', 'SELECT p.id AS "productId", p.sku, p.active,'],
  [
    'p.unit_volume_cm3 AS "unitVolumeCm3",',
    'p.unit_volume_cm3 AS "unitVolumeCm3", p.hs_code AS "hsCode",\n      p.origin_country AS "originCountry",',
  ],
  [
    'SELECT n.id, n.vendor_id AS "vendorId",',
    'SELECT n.id, n.code, n.vendor_id AS "vendorId", v.code AS "vendorCode", n.country_code AS "countryCode",\n      n.region_code AS "regionCode",',
  ],
  [
    'SELECT s.rate_card_id AS "rateCardId",',
    'SELECT c.code AS "serviceCode", c.carrier, s.rate_card_id AS "rateCardId",',
  ],
];

/** Reads what is promised as before, with what rules look at, and the version of those in force. */
export const READ_SUPPLY = EDITS.reduce(
  (text, [is, becomes]) => {
    if (text.split(is).length !== 2) throw new Error(`expected once in what reads supply: ${is}`);
    return text.replace(is, () => becomes);
  },
  `${READ_SUPPLY_BEFORE},
  COALESCE((SELECT version FROM rule_publication WHERE stage = 'live' ORDER BY id DESC LIMIT 1), 0) AS "ruleVersion"`,
);

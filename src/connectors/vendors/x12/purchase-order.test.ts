import { describe, expect, it } from 'vitest';
import { orderOf850 } from '../../channels/x12/map.js';
import type { PurchaseOrder } from '../../vendor-documents.js';
import { envelopeOf } from '../../x12/partner.js';
import { readSets } from '../../x12/sets.js';
import { writeInterchange } from '../../x12/write.js';
import { toPurchaseOrderSet } from './purchase-order.js';
import { settings } from './testing/documents.js';

describe('a purchase order as 850', () => {
  const po: PurchaseOrder = {
    ...{ poNumber: 'HG-1', nodeCode: 'dal', shipVia: 'UPSG', currency: 'USD', shipBy: '2026-03-04T18:00:00.000Z' },
    ...{ orderNumber: '#1001', instructions: 'Leave at the door', incoterms: 'DAP' },
    packingSlip: {
      ...{
        brand: 'Lamps & Co',
        customerOrderNumber: 'W-100045',
        customerPoNumber: 'C-9',
        giftMessage: 'Happy\nbirthday',
      },
      returnAddress: { name: 'Returns', lines: ['9 Back Rd'], city: 'Dayton', regionCode: 'OH', countryCode: 'US' },
    },
    freightAccount: { carrier: 'UPSN', account: '9F8A77' },
    shipTo: {
      ...{ name: 'José *Perez*', company: 'Acme Ltd', lines: ['12 High St', 'Unit 4', 'Door B'], city: 'Toronto' },
      ...{ regionCode: 'ON', postalCode: 'M5V 2T6', countryCode: 'CA', phone: '4165550100' },
    },
    lines: [
      {
        ...{ lineNo: 1, vendorSku: 'LAMP-1', sku: 'lamp', packs: 2, unitsPerPack: 1, unitOfMeasure: 'EA', quantity: 2 },
        ...{
          unitCost: 125_000,
          title: 'Desk lamp',
          gtin: '012345678905',
          customs: { hsCode: '9405.21', originCountry: 'VN' },
        },
      },
      {
        ...{
          lineNo: 2,
          vendorSku: 'CLIP-9',
          sku: 'clip',
          packs: 3,
          unitsPerPack: 12,
          unitOfMeasure: 'CA',
          quantity: 36,
        },
        unitCost: 4_250,
      },
    ],
  };
  const written = () =>
    writeInterchange(envelopeOf(settings), 41, '2026-03-02T10:00:00.000Z', [
      toPurchaseOrderSet(po, settings, '2026-03-02T10:00:00.000Z'),
    ]);

  it('says all that the vendor needs, and the same bytes each time', () => {
    expect(written()).toEqual(written());
    const text = new TextDecoder().decode(written());
    for (const segment of [
      'BEG*00*DS*HG-1**20260302',
      'REF*CO*W-100045',
      'REF*CR*C-9',
      'REF*11*9F8A77',
      'FOB*TP***01*DAP',
      'DTM*010*20260304',
      'TD5**2*UPSN**UPSG',
      'N9*L1*GIFT MESSAGE~\nMSG*Happy~\nMSG*birthday',
      'N1*ST*José  Perez~\nN2*Acme Ltd~\nN3*12 High St*Unit 4~\nN3*Door B~\nN4*Toronto*ON*M5V 2T6*CA~\nPER*DC**TE*4165550100',
      'N1*SF*DALLAS*92*DALLAS',
      'PO1*1*2*EA*12.50**VN*LAMP-1*SK*lamp*UP*012345678905*CH*VN',
      'PO1*2-12*3*CA*5.10**VN*CLIP-9*SK*clip~\nPO4*12*1*EA',
      'CTT*2*5',
      'AMT*TT*40.30',
    ])
      expect(text).toContain(`${segment}~`);
  });

  it('is an order of the channel that reads such documents', () => {
    const [part] = [...readSets([written()])].filter(({ kind }) => kind === 'set');
    if (part?.kind !== 'set') throw new Error('expected a set');
    expect(part.set.problems).toEqual([]);
    const channel = { currency: 'USD', countryCode: 'US', skuQualifiers: ['SK'], orderTypes: ['DS'] };
    expect(orderOf850(part.set, channel, '')).toMatchObject({
      ok: true,
      order: {
        ...{ externalId: 'HG-1', totals: { grade: 'exact', stated: '40.30' } },
        shipTo: { lines: ['12 High St', 'Unit 4', 'Door B'], company: 'Acme Ltd' },
        lines: [
          { sku: 'lamp', unitPrice: 125_000 },
          { sku: 'clip', quantity: 3, unitPrice: 51_000 },
        ],
        delivery: {
          ...{ shipBy: '2026-03-04', incoterms: 'DAP', instructions: 'Leave at the door' },
          thirdPartyFreight: { account: '9F8A77', carrier: 'UPSN' },
          packingSlip: { giftMessage: 'Happy birthday', customerOrderNumber: 'W-100045' },
        },
      },
    });
  });
});
